import type { SessionStore } from '../../../lib/index.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import type { LogEntry, LogPage } from '../../../lib/shared/session-store.js'
import { createProcess, ttlMs } from './process.js'
import type { Break, ModelProcess } from './process.js'

export const processes = 3
export const users = ['ann', 'bob']

/** What may happen, in any order. Numbers pick the process and the user. */
export type Move =
  | { readonly kind: 'ask' | 'invalidate'; readonly process: number; readonly user: number }
  | { readonly kind: 'poll' | 'crash' | 'cut' | 'heal'; readonly process: number }
  | { readonly kind: 'skew'; readonly process: number; readonly ms: number }
  | { readonly kind: 'answer' | 'wipe' | 'wipe log' | 'trim' | 'persist' }
  | { readonly kind: 'fail over' | 'copy' | 'restore' }
  | { readonly kind: 'pass'; readonly ms: number }

interface Seat {
  running: ModelProcess
  skewMs: number
  isCut: boolean
  /** What had been revoked everywhere when it last began to read the log, by user. */
  known: Readonly<Record<string, number>>
  /** A process that starts after an old copy was put back may believe a record of that copy until then. */
  excusedUntil: number
  /** Whether the record that it has read last has no end. */
  isEndless: boolean
}

interface Waiting {
  readonly seat: Seat
  readonly by: ModelProcess
  answer(): void
}

const start = Date.UTC(2026, 0, 1)

/** Plays moves, and gives what was served that must not be. */
export async function play(moves: readonly Move[], change: Break): Promise<string[]> {
  let time = 0
  let lastId = 0
  /** How far ids are apart: after a failover they begin before those that were lost, and meet none. */
  let step = 1
  const wrong: string[] = []
  const records = new Map<string, { value: string; endsAt: number }>()
  const log: LogEntry[] = []
  /** What a thief of the store has. */
  const copy = { records: new Map(records), log: [...log], revoked: {} as Record<string, number> }
  /** Whom the entries of the log revoke, by their ids, and what every process could know before. */
  const targets = new Map<string, { readonly user: string; readonly before: number }>()
  let restoredAt = -Infinity
  let invalidating: string | undefined
  /** How often each user's session has changed at Ory. */
  const versions: Record<string, number> = Object.fromEntries(users.map((user) => [user, 0]))
  /** Which of that every process can know. */
  const revoked: Record<string, number> = { ...versions }
  const waiting: Waiting[] = []

  function learn(seat: Seat): void {
    const latest = users.map((user) => [user, Math.max(revoked[user]!, seat.known[user] ?? 0)])
    seat.known = Object.fromEntries(latest) as Seat['known']
  }

  function storeOf(seat: Seat): SessionStore {
    const reach = <T>(work: () => T): Promise<T> =>
      seat.isCut ? Promise.reject(new Error('cut off')) : Promise.resolve().then(work)
    return {
      get: (key) =>
        reach(() => {
          const found = records.get(key)
          seat.isEndless = found?.endsAt === Infinity
          return found && { value: found.value, ttlMs: found.endsAt - time }
        }),
      set: (key, value, ms) => reach(() => records.set(key, { value, endsAt: time + ms })),
      delete: (key) => reach(() => records.delete(key)),
      append(_log, entry) {
        const user = invalidating
        return reach(() => {
          lastId += step
          log.push([String(lastId), entry])
          if (user) targets.set(String(lastId), { user, before: revoked[user]! })
        })
      },
      since: (_log, cursor) =>
        reach((): LogPage => {
          if (cursor === undefined) {
            if (Object.keys(seat.known).length === 0) seat.excusedUntil = restoredAt + ttlMs
            learn(seat)
            return { entries: [...log] }
          }
          const index = log.findIndex(([id]) => id === cursor)
          if (index === -1) return { entries: [], isGap: true }
          learn(seat)
          return { entries: log.slice(index + 1) }
        }),
      isAfter: (a, b) => Number(a) > Number(b),
    }
  }

  function run(seat: Seat): ModelProcess {
    const clock = { now: () => start + time + seat.skewMs, monotonic: () => time }
    const running: ModelProcess = createProcess(
      storeOf(seat),
      clock,
      ({ credential }) =>
        new Promise((resolve) => {
          const user = credential.value.slice('ory_st_'.length)
          const stamp = clock.now()
          const body = JSON.stringify({ user, version: versions[user], askedAt: time, stamp })
          waiting.push({ seat, by: running, answer: () => resolve(read(body, start + time)) })
        }),
      ({ body }) => read(body, clock.now()),
      change,
    )
    return running
  }

  const seats = Array.from({ length: processes }, (): Seat => {
    const seat = { skewMs: 0, isCut: false, known: {}, excusedUntil: 0 } as unknown as Seat
    seat.running = run(seat)
    return seat
  })

  function judge(seat: Seat, answer: Answer): void {
    if (answer.kind !== 'live' || answer.isStored !== true) return
    const { user, version, askedAt, stamp } = JSON.parse(answer.reply!.body) as {
      user: string
      version: number
      askedAt: number
      stamp: number
    }
    const isExcused = time < seat.excusedUntil
    if (!isExcused && version < (seat.known[user] ?? 0)) wrong.push('revoked')
    if (time - askedAt >= ttlMs) wrong.push('old')
    // A process that has a memory serves it from there for so long.
    if (time - askedAt + answer.cacheForMs > ttlMs) wrong.push('old later')
    if (seat.isEndless) wrong.push('without an end')
    if (stamp > start + time + seat.skewMs) wrong.push('of the future')
  }

  for (const move of moves) {
    const seat = 'process' in move ? seats[move.process]! : undefined
    switch (move.kind) {
      case 'ask':
        void seat!.running.ask(users[move.user]!).then((answer) => judge(seat!, answer))
        break
      case 'invalidate': {
        const user = users[move.user]!
        versions[user]! += 1
        const version = versions[user]!
        invalidating = user
        void seat!.running.invalidate(user).then(
          () => (revoked[user] = Math.max(version, revoked[user]!)),
          () => undefined,
        )
        invalidating = undefined
        break
      }
      case 'answer':
        waiting.shift()?.answer()
        break
      case 'poll':
        void seat!.running.poll()
        break
      case 'crash':
        seat!.running.close()
        seat!.known = {}
        seat!.running = run(seat!)
        break
      case 'cut':
      case 'heal':
        seat!.isCut = move.kind === 'cut'
        break
      case 'skew':
        seat!.skewMs = move.ms
        break
      case 'wipe':
        records.clear()
        log.length = 0
        break
      case 'wipe log':
        log.length = 0
        break
      case 'trim':
        log.splice(0, Math.max(0, log.length - 1))
        break
      case 'fail over': {
        const lost = targets.get(log.pop()?.[0] ?? '')
        if (lost) revoked[lost.user] = lost.before
        lastId = Number(log.at(-1)?.[0] ?? 0)
        step *= 0.7371
        break
      }
      case 'copy':
        copy.records = new Map(Array.from(records, ([key, record]) => [key, { ...record }]))
        copy.log = [...log]
        copy.revoked = { ...revoked }
        break
      case 'restore':
        restoredAt = time
        for (const [key, record] of copy.records) records.set(key, { ...record })
        log.splice(0, log.length, ...copy.log)
        lastId = Math.max(lastId, Number(log.at(-1)?.[0] ?? 0))
        Object.assign(revoked, copy.revoked)
        break
      case 'persist':
        for (const record of records.values()) record.endsAt = Infinity
        break
      case 'pass':
        time += move.ms
        break
    }
    await settle()
  }
  seats.forEach(({ running }) => running.close())
  return wrong
}

/** An answer of Ory's, and what a reader makes of its text. */
function read(body: string, now: number): Answer {
  const { user } = JSON.parse(body) as { user: string }
  const session = { id: user, identity: { id: `identity of ${user}` } }
  return {
    kind: 'live',
    live: { session, expiresAt: now + 3_600_000 },
    cacheForMs: Infinity,
    oryNow: -Infinity,
    setCookie: [],
    reply: { status: 200, headers: {}, body },
  } as unknown as Answer
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve()
}
