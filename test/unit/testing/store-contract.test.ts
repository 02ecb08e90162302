import { describe, expect, it } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import type { SessionStore } from '../../../lib/index.js'
import { createMemoryStore, storeContract } from '../../../lib/testing/index.js'

type Entry = readonly [id: string, text: string]

interface LogMistakes {
  readonly idOf?: (count: number) => unknown
  readonly isShared?: boolean
  /** How long an entry waits, with its id, until it can be read. */
  readonly commitMs?: (count: number) => number
  readonly isAwaited?: boolean
  readonly mostEntries?: number
  readonly keptMs?: (keepMs: number) => number
  readonly skipped?: number
}

/** A log in memory with a mistake that an adapter may have. */
function mistakenLog(mistakes: LogMistakes): Partial<SessionStore> {
  const { idOf = String, isShared = true, commitMs, isAwaited = true } = mistakes
  const { mostEntries = Infinity, keptMs = () => Infinity, skipped = 1 } = mistakes
  const logs = new Map<string, (readonly [count: number, text: string, endsAt: number])[]>()
  let last = 0
  const read = (log: string): Entry[] =>
    (logs.get(log) ?? [])
      .filter(([, , endsAt]) => endsAt > Date.now())
      .sort(([a], [b]) => a - b)
      .slice(-mostEntries)
      .map(([count, text]) => [idOf(count) as string, text])

  return {
    async append(log, text, keepMs) {
      const rows = logs.get(log) ?? []
      logs.set(log, rows)
      last += 1
      const row = [isShared ? last : rows.length + 1, text, Date.now() + keptMs(keepMs)] as const
      const committing = commitMs && delay(commitMs(row[0]))
      if (committing && isAwaited) await committing
      if (committing && !isAwaited) void committing.then(() => rows.push(row))
      else rows.push(row)
    },
    async since(log, cursor) {
      const rows = read(log)
      if (cursor === undefined) return { entries: rows }
      const index = rows.findIndex(([id]) => id === cursor)
      return index < 0 ? { entries: [], isGap: true } : { entries: rows.slice(index + skipped) }
    },
  }
}

/** The checks whose name holds the words, for a store in memory with some methods replaced. */
function checksOf(words: string, wrong: (right: SessionStore) => Partial<SessionStore>) {
  const right = createMemoryStore()
  return storeContract({ store: { ...right, ...wrong(right) } }).filter(({ name }) =>
    name.includes(words),
  )
}

describe('the contract of a store', () => {
  it('is not kept by two stores that share nothing', async () => {
    const checks = storeContract({ store: createMemoryStore(), other: createMemoryStore() })
    const ends = await Promise.allSettled(
      checks.filter(({ name }) => name.includes('another process reads')).map(({ run }) => run()),
    )
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

const ttl =
  (change: (ttlMs: number) => unknown) =>
  (right: SessionStore): Partial<SessionStore> => ({
    async get(key) {
      const found = await right.get(key)
      return found && { ...found, ttlMs: change(found.ttlMs ?? 0) as number }
    },
  })
const log = (mistakes: LogMistakes) => () => mistakenLog(mistakes)
const isAfter = (compare: SessionStore['isAfter']) => () => ({ isAfter: compare })

describe('the contract says what to do if', () => {
  it.each<[string, string, (right: SessionStore) => Partial<SessionStore>, RegExp]>([
    [
      'the expiry is set in seconds',
      'gone after its time',
      (right) => ({ set: (key, value, ttlMs) => right.set(key, value, ttlMs * 1_000) }),
      /^get: return nothing after ttlMs milliseconds/,
    ],
    [
      'no value expires',
      'gone after its time',
      () => createMemoryStore({ now: () => 0 }),
      /^get: return nothing after ttlMs milliseconds/,
    ],
    ['seconds are left', 'and so does its expiry', ttl((ms) => ms / 1_000), /60 left of 60000/],
    [
      'what was set is left',
      'the time left',
      ttl(() => 5_000),
      /^get: ttlMs is what is left.* 5000$/,
    ],
    ['the time left is a text', 'the time left', ttl(String), /it is a string$/],
    ['no time is left', 'the time left', ttl(() => 0), /^get: ttlMs is what is left.* 0$/],
    [
      'an earlier value stays',
      'replaces an earlier one',
      (right) => ({
        set: async (key, ...rest) => (await right.get(key)) ?? right.set(key, ...rest),
      }),
      /^set: replace the value/,
    ],
    [
      'values are cut',
      'of the greatest length',
      (right) => ({ set: (key, value, ttlMs) => right.set(key, value.slice(0, 65_535), ttlMs) }),
      /^set: allow values of 360000 characters/,
    ],
    [
      'a value is bytes',
      'reads a value as it was set',
      () => ({ get: async () => ({ value: Buffer.from('1') as never }) }),
      /^get: return \{ value, ttlMs \} with value a string/,
    ],
    ['nothing is deleted', 'was deleted', () => ({ delete: async () => 0 }), /^delete: remove/],
    [
      'the deletion of nothing fails',
      'was deleted',
      (right) => ({
        async delete(key) {
          if ((await right.get(key)) == null) throw new Error('not found')
          return right.delete(key)
        },
      }),
      /delete: resolve for a key that is not there/,
    ],
    [
      'the entry of the cursor comes again',
      'after a cursor',
      log({ skipped: 0 }),
      /^since: begin right behind the entry of the cursor/,
    ],
    [
      'an entry is skipped',
      'after a cursor',
      log({ skipped: 2 }),
      /^since: begin right behind the entry of the cursor/,
    ],
    [
      'a gap is not said',
      'is a gap',
      (right) => ({ since: async (name) => right.since(name) }),
      /^since: say isGap/,
    ],
    [
      'each log counts for itself',
      'is a gap',
      log({ isShared: false }),
      /^since: say isGap.*no log give an id/,
    ],
    ['ids are numbers', 'all entries of a log', log({ idOf: Number }), /with id a string/],
    ['ids are compared as text', 'an id comes', isAfter((a, b) => a > b), /^isAfter: .* by BigInt/],
    [
      'isAfter is reversed',
      'an id comes',
      isAfter((a, b) => +a < +b),
      /^isAfter: .* is (true|false)/,
    ],
    ['an id is after itself', 'an id comes', isAfter((a, b) => +a >= +b), /is false; compare/],
    [
      'append resolves before others can read the entry',
      'all entries of a log',
      log({ commitMs: () => 5, isAwaited: false }),
      /^append: resolve once since shows the entry/,
    ],
    [
      'entries get their ids before others can read them',
      'follows the log',
      log({ commitMs: (count) => (count % 7 === 0 ? 8 : 0) }),
      /^append: let no entry appear before one that since has shown/,
    ],
    [
      'the log is trimmed early',
      'two thousand',
      log({ mostEntries: 1_500 }),
      /^append: trim no log/,
    ],
    [
      'entries are kept for seconds that are milliseconds',
      'stays for its time',
      log({ keptMs: (keepMs) => keepMs / 1_000 }),
      /^append: keep each entry/,
    ],
    [
      'entries are cut',
      'all entries of a log',
      (right) => ({ append: (name, text, ms) => right.append(name, text.slice(0, 255), ms) }),
      /return it whole/,
    ],
    [
      'more entries follow, and the page does not say so',
      'two thousand',
      (right) => ({
        since: async (...args) => ({ ...(await right.since(...args)), hasMore: false }),
      }),
      /since: say hasMore if a page is not the last/,
    ],
    ['the bell is silent', 'the bell', () => ({ listen: () => () => 0 }), /^listen: call onNews/],
    [
      'the bell rings on',
      'the bell',
      (right) => ({
        listen(name, onNews) {
          void right.listen?.(name, onNews)
          return () => 0
        },
      }),
      /^listen: return a function that ends/,
    ],
  ])('%s', async (_title, words, wrong, advice) => {
    const [check] = checksOf(words, wrong)
    await expect(check!.run()).rejects.toThrow(advice)
  })
})
