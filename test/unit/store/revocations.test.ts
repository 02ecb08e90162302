import { afterEach, describe, expect, it } from '@jest/globals'
import type { SessionStore } from '../../../lib/shared/session-store.js'
import { createKeyring } from '../../../lib/store/keyring.js'
import { createRevocations } from '../../../lib/store/revocations.js'
import type { Revocations } from '../../../lib/store/revocations.js'
import { createStoreCounters } from '../../../lib/store/store-counters.js'
import { createStoreOperations } from '../../../lib/store/store-operations.js'
import { createMemoryStore } from '../../../lib/testing/index.js'
import { createFakeClock } from '../support/fake-clock.js'

const clock = createFakeClock()
const keyring = createKeyring(['a secret of the log, of 32 bytes and more'], 'http://ory.example/')
const open: { close(): void }[] = []

afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** One process that reads the log of a store when the test says so. */
function createReader(store: SessionStore): Revocations {
  const operations = createStoreOperations({
    storeTimeoutMs: 1_000,
    maxPending: 100,
    clock,
    counters: createStoreCounters(),
    publish: () => undefined,
  })
  const revocations = createRevocations({
    store,
    operations,
    keyring,
    clock,
    storePollMs: 60_000,
    cacheTtlMs: 10_000,
    timeoutMs: 2_000,
    onRevoked: () => undefined,
  })
  open.push(revocations, operations)
  return revocations
}

describe('the revocations that a process has read', () => {
  it('count for two seconds after a reading, and no longer if the next one fails', async () => {
    let isGone = false
    const store = createMemoryStore()
    const reader = createReader({
      ...store,
      since: (...given) => (isGone ? Promise.reject(new Error('gone')) : store.since(...given)),
    })
    expect(await reader.poll()).toBe(true)
    isGone = true
    clock.advance(1_999)
    expect(await reader.poll()).toBe(false)
    expect([reader.ready(), reader.position()]).toEqual([true, '1'])
    clock.advance(1)
    expect([reader.ready(), reader.position()]).toEqual([false, undefined])
    expect(reader.lagMs()).toBe(2_000)

    isGone = false
    expect(await reader.poll()).toBe(true)
    expect([reader.ready(), reader.position()]).toEqual([true, '1'])
  })

  it('refuse a session for the rest of a minute after its logout, also in a process that starts then', async () => {
    const store = createMemoryStore()
    const first = createReader(store)
    await first.poll()
    await first.append({ session: 's', isLogout: true })
    for (const [passedMs, isLoggedOut] of [
      [59_000, true],
      [1_001, false],
    ] as const) {
      clock.advance(passedMs)
      const reader = createReader(store)
      await reader.poll()
      expect(reader.isLoggedOut([], 's')).toBe(isLoggedOut)
      // A record from before the logout is not believed in any case.
      expect(reader.isRevoked({ session: 's', identity: 'i', records: [] }, '1')).toBe(true)
    }
  })
})
