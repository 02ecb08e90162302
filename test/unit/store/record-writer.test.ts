import { describe, expect, it } from '@jest/globals'
import { createKeyring } from '../../../lib/store/keyring.js'
import { createRecordWriter } from '../../../lib/store/record-writer.js'
import type { LiveAnswer } from '../../../lib/store/record-reader.js'
import { createStoreCounters } from '../../../lib/store/store-counters.js'
import { createStoreOperations } from '../../../lib/store/store-operations.js'
import { createMemoryStore } from '../../../lib/testing/index.js'
import { readClock } from '../../../lib/shared/clock.js'
import { createFakeClock } from '../support/fake-clock.js'

const keyring = createKeyring(['a secret of records, of 32 bytes and more'], 'http://ory.example/')
const [key] = keyring.recordKeys({ source: 'bearer', value: 'ory_st_1' })

/** How long the store is to keep an answer that took so long; `undefined`: it was not written. */
async function keptMs(
  change: (now: number) => Partial<LiveAnswer> & { readonly expiresAt?: number },
  tookMs = 0,
): Promise<number | undefined> {
  const clock = createFakeClock()
  const store = createMemoryStore({ now: clock.now })
  const operations = createStoreOperations({
    ...{ storeTimeoutMs: 1_000, maxPending: 10, clock },
    counters: createStoreCounters(),
    publish: () => undefined,
  })
  const asked = readClock(clock)
  const { expiresAt = Infinity, ...rest } = change(clock.now())
  clock.advance(tookMs)
  createRecordWriter(store, operations, clock, 10_000).write(
    key,
    {
      live: { expiresAt },
      cacheForMs: Infinity,
      oryNow: -Infinity,
      reply: { status: 200, headers: {}, body: '{}' },
      ...rest,
    } as LiveAnswer,
    asked,
    '1',
  )
  return (await store.get(key.name))?.ttlMs
}

describe('the writer of records', () => {
  it('has a record kept until the end of the TTL, counted from the start of the call', async () => {
    expect(await keptMs(() => ({}))).toBe(10_000)
    expect(await keptMs(() => ({}), 3_000)).toBe(7_000)
    expect(await keptMs(() => ({}), 10_000)).toBeUndefined()
  })

  it('has it kept no longer than Ory says, and no longer than the session lives', async () => {
    expect(await keptMs(() => ({ cacheForMs: 4_000 }))).toBe(4_000)
    expect(await keptMs((now) => ({ expiresAt: now + 2_500 }))).toBe(2_500)
  })

  it("counts the end of a session by Ory's clock, which is up to a second ahead of its Date", async () => {
    expect(await keptMs((now) => ({ oryNow: now + 2_000, expiresAt: now + 9_000 }))).toBe(6_000)
    expect(await keptMs((now) => ({ oryNow: now, expiresAt: now + 9_000 }))).toBe(8_000)
    expect(await keptMs((now) => ({ oryNow: now - 5_000, expiresAt: now + 9_000 }))).toBe(9_000)
  })

  it('writes no answer that is larger than a record may be', async () => {
    const bodyOf = (length: number) => ({
      reply: { status: 200, headers: {}, body: 'x'.repeat(length) },
    })
    expect(await keptMs(() => bodyOf(262_144))).toBe(10_000)
    expect(await keptMs(() => bodyOf(270_000))).toBeUndefined()
  })
})
