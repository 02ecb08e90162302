import { startChild } from '../child.js'
import type { Child } from '../child.js'
import type { Part } from '../part.js'
import { median, medianRatio } from '../statistics.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import type { AppSettings, AppTasks } from './app-process.js'
import type { LoadTasks } from './load-process.js'
import { runSlices } from './slices.js'
import type { Plan, Site, Slice, Slices } from './slices.js'
import { visitors } from './subject.js'
import type { SubjectName } from './subject.js'

/** What is measured, beside what, and what the ratio of requests a second should be at least. */
interface Row {
  readonly name: string
  readonly subject: SubjectName
  readonly base: string
  readonly goal?: number
}

/** Rows that are held against each other. */
interface Group {
  readonly rows: readonly Row[]
  /** All in one process, or each in one of its own. */
  readonly isShared: boolean
  readonly processes: number
  readonly plan: Plan
}

// In one process and in small slices: no two processes are equally fast, by up to a tenth, which is
// more than all of them take.
const memories: Group = {
  rows: [
    { name: 'no auth', subject: 'no auth', base: 'Map' },
    { name: 'Map', subject: 'map', base: 'Map' },
    { name: 'Map, again', subject: 'map', base: 'Map' },
    { name: 'hits', subject: 'hits', base: 'Map', goal: 0.97 },
  ],
  isShared: true,
  processes: 4,
  plan: { warmUpRounds: 40, rounds: 100, requests: 320 },
}
// Each has garbage that another one in its process would have to collect.
const questions: Group = {
  rows: [
    { name: 'bare undici', subject: 'undici', base: 'bare undici' },
    { name: 'undici, again', subject: 'undici', base: 'bare undici' },
    { name: 'misses', subject: 'misses', base: 'bare undici', goal: 0.87 },
    { name: 'renewals', subject: 'renewals', base: 'bare undici', goal: 0.87 },
    { name: 'Ory client', subject: 'ory client', base: 'bare undici' },
  ],
  isShared: false,
  processes: 8,
  plan: { warmUpRounds: 6, rounds: 4, requests: 2_000 },
}
const groups = [memories, questions]
const askedByVisitors: readonly SubjectName[] = ['no auth', 'map', 'hits', 'renewals']

/** Express applications under load, and the load and Ory in other processes. */
export const overHttp: Part = async ({ isShort }) => {
  const ory = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory', {
    isCounting: false,
    // Or most unknown callers would be users who have been seen before, under another credential.
    sessions: 100_000,
  })
  const load = await startChild<LoadTasks>('./over-http/load-process.ts', 'load')
  const url = await ory.ask('url')
  const rows = groups.flatMap((group) => group.rows)
  const slices: Slices = new Map(rows.map(({ name }) => [name, []]))
  try {
    for (const group of groups) {
      // One after the other, since a process that waits for its turn for seconds gives the room for its
      // garbage away.
      for (let run = 0; run < (isShort ? 1 : group.processes); run += 1) {
        await runGroup(group, url, load, slices)
      }
    }
  } finally {
    await Promise.all([ory.stop(), load.stop()])
  }
  const of = (name: string, member: keyof Slice): number[] =>
    slices.get(name)!.map((slice) => slice[member])
  return {
    title: 'Over HTTP: Express',
    columns: [
      'slices',
      'requests/s',
      'CPU µs/request',
      'p99 ms',
      'beside',
      'requests/s ×',
      'CPU ×',
      'goal',
    ],
    rows: rows.map(({ name, base, goal }) => ({
      name,
      values: [
        slices.get(name)!.length,
        median(of(name, 'requestsPerSecond')),
        median(of(name, 'cpuPerRequest')),
        median(of(name, 'p99')),
        base,
        medianRatio(of(name, 'requestsPerSecond'), of(base, 'requestsPerSecond')),
        medianRatio(of(name, 'cpuPerRequest'), of(base, 'cpuPerRequest')),
        goal === undefined ? '' : `≥ ${String(goal)}`,
      ],
    })),
  }
}

async function runGroup(
  { rows, isShared, plan }: Group,
  ory: string,
  load: Child<LoadTasks>,
  slices: Slices,
): Promise<void> {
  const apps: Child<AppTasks>[] = []
  const sites: Site[] = []
  try {
    for (const sharing of isShared ? [rows] : rows.map((row) => [row])) {
      const settings: AppSettings = { subjects: sharing.map(({ subject }) => subject), ory }
      const app = await startChild<AppTasks>('./over-http/app-process.ts', 'server', settings)
      apps.push(app)
      const ports = await app.ask('ports')
      for (const [index, { name, subject }] of sharing.entries()) {
        const known = askedByVisitors.includes(subject) ? visitors : 0
        sites.push({ name, app, port: ports[index]!, visitors: known })
      }
    }
    await runSlices(sites, load, plan, slices)
  } finally {
    await Promise.all(apps.map((app) => app.stop()))
  }
}
