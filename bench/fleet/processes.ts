import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../child.js'
import type { Child } from '../child.js'
import { quantile } from '../statistics.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import { drawZipf } from './calls.js'
import type { MemberTasks } from './member.js'

const processes = 4
const visitors = 2_000
/** How long Ory takes to answer, in milliseconds. */
const delayMs = 5
/** Requests of each process come so far apart: 1,000 per second for all four. */
const everyMs = processes
const patienceMs = 5_000
/** Visitors that do not count, for each process: until then, code is not compiled. */
const warmUps = 500

/** What four processes of their own did. */
export interface FleetRun {
  readonly calls: number
  /** Requests without a session: then the machine is too busy to say anything. */
  readonly denied: number
  /** Of the slowest process, in milliseconds. */
  readonly p99: number
  /** Of all four. */
  readonly cpuMs: number
  /** From the start of `invalidate` until another process asked anew, in milliseconds. */
  readonly lags: readonly number[]
  readonly missed: number
}

export interface FleetRunSettings {
  /** Of Redis; without it there is no store. */
  readonly port?: number
  readonly hasBell?: boolean
  readonly requests: number
  readonly revocations: number
}

/** Four processes at 1,000 requests per second, and then revocations beside the same load. */
export async function runProcesses(settings: FleetRunSettings): Promise<FleetRun> {
  const { port, hasBell = false, requests, revocations } = settings
  const stub = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory', { delayMs })
  const member = { url: await stub.ask('url'), port, hasBell }
  const members = await Promise.all(
    Array.from({ length: processes }, () =>
      startChild<MemberTasks>('./fleet/member.ts', 'member', member),
    ),
  )
  const load = async (count: number, apartMs: number) =>
    Promise.all(
      members.map(async (one) =>
        one.ask('run', {
          visitors: drawZipf(count / processes, visitors),
          everyMs: apartMs,
        }),
      ),
    )
  const warmUp = async (member: Child<MemberTasks>, index: number) =>
    member.ask('warmUp', { from: (index + 1) * 1_000_000, count: warmUps })
  try {
    await Promise.all(members.map(warmUp))
    const before = await stub.ask('calls')
    const runs = requests === 0 ? [] : await load(requests, everyMs)
    const { total } = await stub.ask('calls')
    const lags: number[] = []
    let missed = 0
    let isOver = false
    const background = async (): Promise<void> => {
      while (!isOver) await load(1_000, everyMs)
    }
    const revoking = async (): Promise<void> => {
      for (let index = 0; index < revocations; index += 1) {
        const [heard, lost] = await revoke(members, visitors + index)
        lags.push(...heard)
        missed += lost
      }
      isOver = true
    }
    if (revocations > 0) await Promise.all([background(), revoking()])
    return {
      calls: total - before.total,
      denied: runs.reduce((sum, { denied }) => sum + denied, 0),
      p99: Math.max(...runs.map(({ p99 }) => p99)),
      cpuMs: runs.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      lags,
      missed,
    }
  } finally {
    for (const one of members) await one.ask('close')
    await Promise.all([...members, stub].map(async (child) => child.stop()))
  }
}

/** After how long the others heard of a revocation, and how many did not. */
async function revoke(
  members: readonly Child<MemberTasks>[],
  visitor: number,
): Promise<readonly [readonly number[], number]> {
  const [first, ...others] = members
  await Promise.all(members.map(async (one) => one.ask('learn', visitor)))
  const hearing = others.map(async (one) => one.ask('hear', { visitor, patienceMs }))
  await sleep(Math.random() * 20 + 5)
  const startedAt = await first!.ask('invalidate', visitor)
  const heardAt = await Promise.all(hearing)
  const heard = heardAt.filter((at) => at !== undefined)
  return [heard.map((at) => at - startedAt), heardAt.length - heard.length]
}

export function formatLags(lags: readonly number[]): string[] {
  return [quantile(lags, 0.5).toFixed(1), quantile(lags, 0.99).toFixed(1)]
}
