import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { SessionStore } from '../shared/session-store.js'
import type { StoreCheck, StoreScene } from './store-scene.js'

/** How many entries are appended, and how many at a time. */
const [entries, writers] = [300, 8]

/** What a store has to keep while several processes write to the log, and its bell. */
export function orderChecks({ store, other, name }: StoreScene): StoreCheck[] {
  return [
    {
      name: 'a process that follows the log misses no entry that many append at once',
      async run() {
        const log = name()
        await store.append(log, 'first', 60_000)
        let isWriting = true
        const followers = [store, other].map((one) => follow(one, log, () => isWriting))
        const texts = Array.from({ length: entries }, (_, index) => String(index))
        const left = [...texts]
        async function append(one: SessionStore): Promise<void> {
          for (let text = left.pop(); text !== undefined; text = left.pop()) {
            await one.append(log, text, 60_000)
          }
        }
        const all = Array.from({ length: writers }, (_, index) => append(index % 2 ? store : other))
        await Promise.all(all).finally(() => (isWriting = false))
        const [here, there] = await Promise.all(followers)
        assert.ok(here !== undefined && there !== undefined)
        const advice =
          'append: let no entry appear before one that since has shown; a sequence of SQL gives ids before the commit, so hold a lock on the log'
        assert.deepEqual([...here].sort(), texts.sort(), advice)
        assert.deepEqual(there, here, 'since: return the entries in one order to every process')
      },
    },
    {
      name: 'the bell rings for an entry of another process, and not after it was stopped',
      async run() {
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
        assert.ok(rings > 0, 'listen: call onNews after an append of another process')
        await stop()
        await delay(50)
        const before = rings
        await other.append(log, 'more', 60_000)
        await delay(50)
        assert.equal(rings, before, 'listen: return a function that ends the calls')
      },
    },
  ]
}

/** Reads what comes after the first entry until the writers have ended, as a process does all day. */
async function follow(
  store: SessionStore,
  log: string,
  isWriting: () => boolean,
): Promise<string[]> {
  const texts: string[] = []
  let cursor = (await store.since(log)).entries[0]?.[0]
  for (let isEnd = false; !isEnd;) {
    const isOver = !isWriting()
    const page = await store.since(log, cursor)
    for (const [id, text] of page.entries) {
      texts.push(text)
      cursor = id
    }
    isEnd = isOver && (page.hasMore !== true || page.entries.length === 0)
    // A store in memory would let nobody else run.
    await delay(1)
  }
  return texts
}
