import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { LogEntry, SessionStore } from '../shared/session-store.js'
import type { StoreCheck, StoreScene } from './store-scene.js'

/** An entry is as long as this at most. */
const longest = 2_000

/** What a store has to keep of its log, as long as one process writes at a time. */
export function logChecks({ store, other, name }: StoreScene): StoreCheck[] {
  return [
    {
      name: 'a log that does not exist is empty',
      async run() {
        const page = await store.since(name())
        assert.equal(page.entries.length, 0, 'since: return no entries of a log that is not there')
        assert.notEqual(page.isGap, true, 'since: say isGap only to a cursor')
      },
    },
    {
      name: 'another process reads all entries of a log in order',
      async run() {
        const log = name()
        const texts = ['one', 'x'.repeat(longest), 'three']
        for (const [index, text] of texts.entries()) {
          await (index % 2 ? other : store).append(log, text, 60_000)
        }
        const { entries } = await other.since(log)
        const advice =
          'append: resolve once since shows the entry to every process; since: begin with the oldest, and return it whole'
        assert.deepEqual(textsOf(entries), texts, advice)
        for (const [id] of entries as readonly (readonly unknown[])[]) {
          assert.equal(typeof id, 'string', 'since: return [id, text] with id a string')
        }
      },
    },
    {
      name: 'what comes after a cursor is read without what it names',
      async run() {
        const log = name()
        const [first, , third] = await write(store, log, ['one', 'two', 'three'])
        assert.ok(first !== undefined && third !== undefined, 'since: return all three entries')
        const after = textsOf((await other.since(log, first)).entries)
        assert.deepEqual(
          after,
          ['two', 'three'],
          'since: begin right behind the entry of the cursor',
        )
        const end = await other.since(log, third)
        assert.equal(end.entries.length, 0, 'since: return nothing after the last entry')
        assert.notEqual(end.isGap, true, 'since: no gap while the entry of the cursor is there')
        assert.notEqual(end.hasMore, true, 'since: say hasMore only if more entries follow')
      },
    },
    {
      name: 'an id comes after every id before it, and not after itself',
      async run() {
        const log = name()
        const texts = Array.from({ length: 12 }, (_, index) => String(index))
        const ids = await write(store, log, texts)
        assert.equal(ids.length, texts.length, 'since: return all twelve entries')
        ids.forEach((a, i) => {
          ids.forEach((b, j) => {
            const text = `isAfter: ${a} after ${b} is ${String(i > j)}; compare ids as the engine orders them, numbers by BigInt`
            assert.equal(store.isAfter(a, b), i > j, text)
          })
        })
      },
    },
    {
      name: 'a cursor that is not in the log is a gap',
      async run() {
        const [log, lost] = [name(), name()]
        const [cursor] = await write(store, lost, ['elsewhere'])
        const text =
          'since: say isGap, with no entries, if the entry of the cursor is not in the log; let no log give an id that another has given'
        assert.equal((await store.since(log, cursor)).isGap, true, text)
        await delay(5)
        await store.append(log, 'one', 60_000)
        const page = await store.since(log, cursor)
        assert.equal(page.isGap, true, text)
        assert.equal(page.entries.length, 0, text)
      },
    },
    {
      name: 'an entry stays for its time, whatever comes after it',
      async run() {
        const log = name()
        await store.append(log, 'one', 60_000)
        await other.append(log, 'two', 20)
        await delay(120)
        await store.append(log, 'three', 60_000)
        const [text] = textsOf((await other.since(log)).entries)
        const advice =
          'append: keep each entry for its keepMs milliseconds; one of 60000 was gone after 120'
        assert.equal(text, 'one', advice)
      },
    },
    {
      name: 'two thousand entries are read in parts, none twice and none lost',
      async run() {
        const log = name()
        const texts = Array.from({ length: 2_000 }, (_, index) => String(index))
        for (const text of texts) await store.append(log, text, 60_000)
        const read: LogEntry[] = []
        for (let hasMore = true; hasMore;) {
          const page = await other.since(log, read.at(-1)?.[0])
          read.push(...page.entries)
          hasMore = page.hasMore === true && page.entries.length > 0
        }
        const advice =
          'append: trim no log of 2000 entries; since: say hasMore if a page is not the last, and go on behind the cursor'
        assert.deepEqual(textsOf(read), texts, advice)
      },
    },
  ]
}

/** Appends entries, and reads their ids. */
async function write(
  store: SessionStore,
  log: string,
  texts: readonly string[],
): Promise<string[]> {
  for (const text of texts) await store.append(log, text, 60_000)
  return Array.from((await store.since(log)).entries, ([id]) => id)
}

// By `Array.from`, so that a list of another realm, as native modules have it under Jest, equals ours.
function textsOf(entries: readonly LogEntry[]): string[] {
  return Array.from(entries, ([, text]) => text)
}
