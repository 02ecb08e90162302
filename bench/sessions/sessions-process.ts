import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { OrySession, SessionMiddleware } from 'express-ory-session'
import { serve, settingsOfChild } from '../child.js'
import { quantile } from '../statistics.js'
import { createMemoryOry, identityId, sessionId } from './memory-ory.js'

export interface SessionsSettings {
  /** What is imported; default the package itself. */
  readonly build?: string
  readonly sessions: number
}

/** What so many sessions cost. */
export interface SessionsFindings {
  /** Longest time between two turns of the event loop while the cache was filled, in milliseconds. */
  readonly longestPauseMs: number
  /** CPU of a miss, in microseconds. */
  readonly missUs: number
  /** Bytes of heap for each session that was asked for once more. */
  readonly heapBytes: number
  /** Nanoseconds of a hit. */
  readonly hit: { readonly median: number; readonly p999: number }
  /** Microseconds of `invalidate`, the median. */
  readonly invalidateIdentityUs: number
  readonly invalidateSessionUs: number
}

/** How many sessions come within one turn of the event loop. */
const perTurn = 10
const warmUp = 500
const timedHits = 50_000
const timedInvalidations = 51

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const { build = 'express-ory-session', sessions } = settingsOfChild() as SessionsSettings
const { createOrySession } = (await import(build)) as {
  createOrySession: (options: object) => OrySession
}
const ory = open()
const guard = ory.requireSession()

/** The option had another name once. */
function open(): OrySession {
  const options = {
    ...{ url: 'http://ory.example', cacheTtlMs: 3_600_000, refreshAhead: false as const },
    ...{ cacheMaxBytes: 2 ** 31, dispatcher: createMemoryOry() },
  }
  try {
    return createOrySession({ ...options, cacheMaxSessions: 2 * sessions })
  } catch {
    return createOrySession({ ...options, cacheMax: 2 * sessions })
  }
}

type Call = Parameters<SessionMiddleware>

const headersOf = (number: number): object => ({
  cookie: `ory_session_playground=${'A'.repeat(100)}-${String(number)}-${'B'.repeat(220)}`,
})

function callOf(number: number, next: () => void): Call {
  const request = { method: 'GET', url: '/', headers: headersOf(number) }
  const response = {
    ...{ headersSent: false, getHeader: () => undefined, setHeader: () => undefined },
    ...{ writeHead: () => undefined, hasHeader: () => false, appendHeader: () => undefined },
    end: () => undefined,
  }
  return [request, response, next] as unknown as Call
}

async function fill(from: number, to: number): Promise<number> {
  let longest = 0
  let last = performance.now()
  for (let number = from; number < to; number += perTurn) {
    const batch = Array.from({ length: Math.min(perTurn, to - number) }, (_, index) =>
      ory.authenticate({ headers: headersOf(number + index) }),
    )
    for (const { session } of await Promise.all(batch)) {
      if (session === undefined) throw new Error('Somebody is not signed in')
    }
    await turn()
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  return longest
}

async function usedHeap(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collectGarbage()
    await sleep(20)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function timeHits(): number[] {
  let passed = 0
  const next = (): void => {
    passed += 1
  }
  const times: number[] = []
  while (times.length < timedHits) {
    const calls = Array.from({ length: 500 }, () =>
      callOf(Math.floor(Math.random() * sessions), next),
    )
    for (const [request, response] of calls) {
      const began = process.hrtime.bigint()
      guard(request, response, next)
      times.push(Number(process.hrtime.bigint() - began))
    }
  }
  if (passed !== times.length) throw new Error('Not every hit went on at once')
  return times
}

async function timeInvalidations(idOf: (number: number) => object, from: number): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < timedInvalidations; index += 1) {
    // The turn in between collects no time: a call does all that it does before its first promise.
    const number = from + index * 7
    const began = process.hrtime.bigint()
    const gone = ory.invalidate(idOf(number) as never)
    times.push(Number(process.hrtime.bigint() - began))
    if ((await gone) !== 1) throw new Error('One session should have gone')
  }
  return quantile(times, 0.5) / 1_000
}

let heapBefore = 0

const tasks = {
  async begin(): Promise<void> {
    await fill(sessions, sessions + warmUp)
    heapBefore = await usedHeap()
  },
  /** Fills in a part, and says how long the longest pause was, and how much CPU all took. */
  async fill({ from, to }: { from: number; to: number }) {
    const before = process.cpuUsage()
    const longestPauseMs = await fill(from, to)
    const { user, system } = process.cpuUsage(before)
    return { longestPauseMs, cpuUs: user + system }
  },
  hitAll({ from, to }: { from: number; to: number }): void {
    const next = (): void => undefined
    for (let number = from; number < to; number += 1) guard(...callOf(number, next))
  },
  async heapBytes(): Promise<number> {
    return ((await usedHeap()) - heapBefore) / sessions
  },
  hit(): SessionsFindings['hit'] {
    const times = timeHits()
    return { median: quantile(times, 0.5), p999: quantile(times, 0.999) }
  },
  invalidateIdentityUs: () => timeInvalidations((number) => ({ identity: identityId(number) }), 0),
  invalidateSessionUs: () => timeInvalidations((number) => ({ session: sessionId(number) }), 400),
}

export type SessionsTasks = typeof tasks

serve(tasks)
