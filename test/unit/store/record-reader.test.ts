import { describe, expect, it } from '@jest/globals'
import { createClockLead } from '../../../lib/store/clock-lead.js'
import { createKeyring } from '../../../lib/store/keyring.js'
import { encodeRecord } from '../../../lib/store/record.js'
import { createRecordReader } from '../../../lib/store/record-reader.js'
import type { RecordReaderSettings } from '../../../lib/store/record-reader.js'
import { seal } from '../../../lib/store/seal.js'
import { createStoreCounters } from '../../../lib/store/store-counters.js'
import { createStoreOperations } from '../../../lib/store/store-operations.js'
import { createMemoryStore } from '../../../lib/testing/index.js'
import { createFakeClock } from '../support/fake-clock.js'

const keyring = createKeyring(['a secret of records, of 32 bytes and more'], 'http://ory.example/')
const keys = keyring.recordKeys({ source: 'bearer', value: 'ory_st_1' })
const known = undefined
const { signal } = new AbortController()

/** A reader, and how it finds a record that was asked for so long ago, by its writer's clock. */
function setUp(options: Partial<RecordReaderSettings> = {}) {
  const clock = createFakeClock()
  const counters = createStoreCounters()
  const publish = (): void => undefined
  const memory = createMemoryStore({ now: clock.now })
  const read = createRecordReader({
    // An engine that cannot say how long it keeps a value.
    store: { ...memory, get: async (key) => only(await memory.get(key)) },
    operations: createStoreOperations({
      ...{ storeTimeoutMs: 1_000, maxPending: 10 },
      ...{ clock, counters, publish },
    }),
    revocations: { ready: () => true, isRevoked: () => false },
    lead: createClockLead(clock),
    clock,
    cacheTtlMs: 10_000,
    refreshAhead: 0.8,
    readLive: () => ({
      kind: 'live',
      live: { session: { id: 's', identity: { id: 'i' } }, expiresAt: Infinity } as never,
      isUnchanged: false,
      text: undefined,
      cacheForMs: Infinity,
      oryNow: -Infinity,
      setCookie: [],
      reply: undefined as never,
    }),
    publish,
    ...options,
  })
  return {
    clock,
    counters,
    /** For how long a record is believed; `undefined`: not at all. */
    async believedMs(agoMs: number, isRefresh = false): Promise<number | undefined> {
      const askedAt = clock.now() - agoMs
      const rest = { goodForMs: 10_000, cursor: '1', date: undefined, ageSeconds: 0, body: '{}' }
      await memory.set(keys[0].name, seal(keys[0], encodeRecord({ askedAt, ...rest })), 60_000)
      return (await read({ known, isRefresh, signal }, keys))?.cacheForMs
    },
  }
}

const only = (found: { readonly value: string } | null | undefined) =>
  found && { value: found.value }

describe('the reader of records', () => {
  it('believes a record for the rest of its time', async () => {
    const { believedMs } = setUp()
    expect(await believedMs(0)).toBe(10_000)
    expect(await believedMs(9_999)).toBe(1)
    expect(await believedMs(10_000)).toBeUndefined()
  })

  it('believes it no longer than its own TTL, though the writer has a longer one', async () => {
    const { believedMs } = setUp({ cacheTtlMs: 4_000 })
    expect(await believedMs(3_000)).toBe(1_000)
    expect(await believedMs(4_000)).toBeUndefined()
  })

  it('counts as age of all by how much a record from the future showed its clock to be behind', async () => {
    const { believedMs, counters } = setUp()
    expect(await believedMs(-3_000)).toBeUndefined()
    expect(counters.faults.future).toBe(1)
    expect(await believedMs(5_000)).toBe(2_000)
    expect(await believedMs(7_000)).toBeUndefined()
  })

  it('refreshes from no record that is itself due for a refresh', async () => {
    const { believedMs } = setUp()
    expect(await believedMs(7_999, true)).toBe(2_001)
    expect(await believedMs(8_000, true)).toBeUndefined()
    expect(await believedMs(8_000)).toBe(2_000)
  })

  it('believes no record of a session that has ended', async () => {
    const now = createFakeClock().now()
    const live = { session: { id: 's', identity: { id: 'i' } }, expiresAt: now + 1_000 } as never
    const answer = { kind: 'live', live, oryNow: now } as never
    const { believedMs, clock } = setUp({ readLive: () => answer })
    clock.advance(999)
    expect(await believedMs(0)).toBe(10_000)
    clock.advance(1)
    expect(await believedMs(0)).toBeUndefined()
  })
  it('believes no record that was revoked, or whose session ended, while a schema read its traits', async () => {
    const live = { session: { id: 's', identity: { id: 'i' } }, expiresAt: Infinity }
    const slowly = (meanwhile: () => void, expiresAt: number) => async () => {
      await Promise.resolve()
      meanwhile()
      return { kind: 'live', live: { ...live, expiresAt }, oryNow: -Infinity } as never
    }
    let isRevoked = false
    const revocations = { ready: () => true, isRevoked: () => isRevoked }
    const revoke = (): void => void (isRevoked = true)
    const nothing = (): void => undefined
    const before = setUp({ revocations, readLive: slowly(nothing, Infinity) })
    expect(await before.believedMs(0)).toBe(10_000)
    const revoked = setUp({ revocations, readLive: slowly(revoke, Infinity) })
    expect(await revoked.believedMs(0)).toBeUndefined()

    const clock = createFakeClock()
    const end = clock.now() + 1_000
    const ended = setUp({ clock, readLive: slowly(() => clock.advance(1_000), end) })
    expect(await ended.believedMs(0)).toBeUndefined()
  })
})
