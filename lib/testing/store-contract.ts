import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { LogEntry, SessionStore } from '../shared/session-store.js'

/** One promise of a `SessionStore`, with the check that a store keeps it. */
export interface StoreCheck {
  /** A sentence, for the name of a test. */
  readonly name: string
  /** Rejects with an `AssertionError` if the store does not keep the promise. */
  readonly run: () => Promise<void>
}

/** What the checks need. */
export interface StoreContractOptions {
  /** The store under test. */
  readonly store: SessionStore
  /** The same data by another connection, as another process has it. Default `store`. */
  readonly other?: SessionStore
}

/** A record is as long as this at most. */
const longest = 360_000

/**
 * Lists what every `SessionStore` has to keep, for any test runner. Each check uses keys and logs of its
 * own, which start with `eos1:`, and leaves them to expire.
 *
 * @example
 * for (const { name, run } of storeContract({ store })) test(name, run)
 */
export function storeContract({ store, other = store }: StoreContractOptions): StoreCheck[] {
  const name = (): string => `eos1:${randomBytes(24).toString('base64url')}`
  const check = (text: string, run: () => Promise<void>): StoreCheck => ({ name: text, run })

  return [
    check('a key that was never set has no value', async () => {
      assert.ok((await store.get(name())) == null)
    }),
    check('another process reads a value as it was set', async () => {
      const key = name()
      await store.set(key, '1.kid.AZaz09+/==', 60_000)
      assert.equal((await other.get(key))?.value, '1.kid.AZaz09+/==')
    }),
    check('a value of the greatest length comes back whole', async () => {
      const key = name()
      const value = 'x'.repeat(longest)
      await store.set(key, value, 60_000)
      assert.equal((await other.get(key))?.value, value)
    }),
    check('a later value replaces an earlier one, and so does its expiry', async () => {
      const key = name()
      await store.set(key, 'one', 1_000)
      await other.set(key, 'two', 60_000)
      const found = await store.get(key)
      assert.equal(found?.value, 'two')
      if (found.ttlMs !== undefined) assert.ok(found.ttlMs > 1_000, String(found.ttlMs))
    }),
    check('the time left is never more than was set, if the store tells it', async () => {
      const key = name()
      await store.set(key, 'value', 5_000)
      const ttlMs = (await store.get(key))?.ttlMs
      if (ttlMs !== undefined) assert.ok(ttlMs > 0 && ttlMs <= 5_000, String(ttlMs))
    }),
    check('a value is gone after its time', async () => {
      const key = name()
      await store.set(key, 'value', 50)
      await delay(120)
      assert.ok((await store.get(key)) == null)
    }),
    check('a value is gone after it was deleted, and a second deletion is no error', async () => {
      const key = name()
      await store.set(key, 'value', 60_000)
      await store.delete(key)
      await store.delete(key)
      assert.ok((await other.get(key)) == null)
    }),
    check('a log that does not exist is empty', async () => {
      const page = await store.since(name())
      assert.equal(page.entries.length, 0)
      assert.notEqual(page.isGap, true)
    }),
    check('another process reads all entries of a log in order', async () => {
      const log = name()
      await store.append(log, 'one', 60_000)
      await other.append(log, 'two', 60_000)
      await store.append(log, 'three', 60_000)
      assert.deepEqual(textsOf((await other.since(log)).entries), ['one', 'two', 'three'])
    }),
    check('what comes after a cursor is read without what it names', async () => {
      const log = name()
      for (const text of ['one', 'two', 'three']) await store.append(log, text, 60_000)
      const [first, , third] = (await store.since(log)).entries
      assert.ok(first !== undefined && third !== undefined)
      assert.deepEqual(textsOf((await other.since(log, first[0])).entries), ['two', 'three'])
      const end = await other.since(log, third[0])
      assert.equal(end.entries.length, 0)
      assert.notEqual(end.isGap, true)
    }),
    check('an id comes after every id before it, and not after itself', async () => {
      const log = name()
      for (let index = 0; index < 12; index += 1) await store.append(log, String(index), 60_000)
      const ids = (await store.since(log)).entries.map(([id]) => id)
      assert.equal(ids.length, 12)
      ids.forEach((a, i) => {
        ids.forEach((b, j) => {
          assert.equal(store.isAfter(a, b), i > j, `${a} after ${b}`)
        })
      })
    }),
    check('a cursor that is not in the log is a gap', async () => {
      const [log, lost] = [name(), name()]
      await store.append(lost, 'elsewhere', 60_000)
      const [entry] = (await store.since(lost)).entries
      assert.ok(entry !== undefined)
      assert.equal((await store.since(log, entry[0])).isGap, true)
      await delay(5)
      await store.append(log, 'one', 60_000)
      const page = await store.since(log, entry[0])
      assert.equal(page.isGap, true)
      assert.equal(page.entries.length, 0)
    }),
    check('two thousand entries are read in parts, none twice and none lost', async () => {
      const log = name()
      const texts = Array.from({ length: 2_000 }, (_, index) => String(index))
      for (const text of texts) await store.append(log, text, 60_000)
      const read: LogEntry[] = []
      for (let hasMore = true; hasMore;) {
        const page = await other.since(log, read.at(-1)?.[0])
        read.push(...page.entries)
        hasMore = page.hasMore === true && page.entries.length > 0
      }
      assert.deepEqual(textsOf(read), texts)
    }),
    check('entries that many append at once are all there, in one order for all', async () => {
      const log = name()
      const texts = Array.from({ length: 50 }, (_, index) => String(index))
      await Promise.all(
        texts.map((text, index) => (index % 2 ? store : other).append(log, text, 60_000)),
      )
      const [here, there] = [await store.since(log), await other.since(log)]
      assert.deepEqual(idsOf(here.entries), idsOf(there.entries))
      assert.deepEqual(textsOf(here.entries).sort(), texts.sort())
    }),
    check(
      'the bell rings for an entry of another process, and not after it was stopped',
      async () => {
        if (store.listen === undefined) return
        const log = name()
        let rings = 0
        const stop = await store.listen(log, () => {
          rings += 1
        })
        // A subscription takes time, and who listens must not rely on any single call.
        for (let turn = 0; rings === 0 && turn < 40; turn += 1) {
          await other.append(log, 'news', 60_000)
          await delay(25)
        }
        assert.ok(rings > 0, 'the bell never rang')
        await stop()
        await delay(50)
        const before = rings
        await other.append(log, 'more', 60_000)
        await delay(50)
        assert.equal(rings, before)
      },
    ),
  ]
}

// By `Array.from`, so that a list of another realm, as native modules have it under Jest, equals ours.
function textsOf(entries: readonly LogEntry[]): string[] {
  return Array.from(entries, ([, text]) => text)
}

function idsOf(entries: readonly LogEntry[]): string[] {
  return Array.from(entries, ([id]) => id)
}
