import { startChild } from '../child.js'
import type { Part } from '../part.js'
import { median, medianRatio } from '../statistics.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import type { AppSettings, AppTasks } from './app-process.js'
import type { LoadTasks } from './load-process.js'
import { runSlices } from './slices.js'
import type { Site, Slice, Slices } from './slices.js'
import { visitors } from './subject.js'
import type { SubjectName } from './subject.js'

/** What is measured, beside what, and what the ratio of requests a second should be at least. */
const rows: readonly {
  readonly name: string
  readonly subject: SubjectName
  readonly base: string
  readonly goal?: number
}[] = [
  { name: 'no auth', subject: 'no auth', base: 'Map' },
  { name: 'Map', subject: 'map', base: 'Map' },
  { name: 'Map, again', subject: 'map', base: 'Map' },
  { name: 'hits', subject: 'hits', base: 'Map', goal: 0.97 },
  { name: 'bare undici', subject: 'undici', base: 'bare undici' },
  { name: 'misses', subject: 'misses', base: 'bare undici', goal: 0.87 },
  { name: 'renewals', subject: 'renewals', base: 'bare undici', goal: 0.87 },
  { name: 'Ory client', subject: 'ory client', base: 'bare undici' },
]
const remembering: readonly SubjectName[] = ['no auth', 'map', 'hits', 'renewals']

/** Express applications under load, each in a process of its own, and the load in another. */
export const overHttp: Part = async ({ isShort }) => {
  const size = isShort
    ? { rounds: 4, requests: 1_000, processes: 1 }
    : { rounds: 4, requests: 2_000, processes: 8 }
  const ory = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory', {
    isCounting: false,
    // Or most strangers would be people who have been seen before, under another credential.
    sessions: 100_000,
  })
  const load = await startChild<LoadTasks>('./over-http/load-process.ts', 'load')
  const url = await ory.ask('url')
  const slices: Slices = new Map(rows.map(({ name }) => [name, []]))
  try {
    // No two processes are equally fast: the same code differed by up to a tenth. They come a few at a
    // time, since a process that waits for its turn for seconds gives the room for its garbage away.
    for (let process = 0; process < size.processes; process += 1) {
      const sites: Site[] = []
      try {
        for (const { name, subject } of rows) {
          const settings: AppSettings = { subject, ory: url }
          const app = await startChild<AppTasks>('./over-http/app-process.ts', 'server', settings)
          sites.push({ name, app, visitors: remembering.includes(subject) ? visitors : 0 })
        }
        await runSlices(sites, load, size, slices)
      } finally {
        await Promise.all(sites.map(({ app }) => app.stop()))
      }
    }
    const of = (name: string, member: keyof Slice): number[] =>
      slices.get(name)!.map((slice) => slice[member])
    return {
      title: `Over HTTP: Express, ${String(size.processes)} × ${String(size.rounds)} slices of ${String(size.requests)} requests`,
      columns: [
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
  } finally {
    await Promise.all([ory.stop(), load.stop()])
  }
}
