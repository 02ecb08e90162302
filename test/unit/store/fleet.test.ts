import { afterEach, describe, expect, it } from '@jest/globals'
import { createFleet } from '../../../lib/store/fleet.js'
import type { Fleet } from '../../../lib/store/fleet.js'
import { unknownCaller } from '../../../lib/resilience/caller.js'
import type { SessionStore } from '../../../lib/shared/session-store.js'
import { createMemoryStore } from '../../../lib/testing/index.js'
import { createFakeClock } from '../support/fake-clock.js'

const credential = { source: 'bearer', value: 'ory_st_1' } as const
let fleet: Fleet | undefined

afterEach(() => {
  fleet?.close()
})

/** A process that asked so often, of a store that does some things its own way. */
async function startProcess(questions: number, change: Partial<SessionStore>): Promise<Fleet> {
  const made = createFleet(
    {
      store: { ...createMemoryStore(), ...change },
      storeSecrets: ['a secret of the fleet, of 32 bytes and more'],
      storeTimeoutMs: 60_000,
      storePollMs: 60_000,
      url: new URL('http://ory.example'),
      cacheTtlMs: 10_000,
      cacheMaxSessions: 10,
      refreshAhead: false,
      timeoutMs: 2_000,
      connections: 1,
      clock: createFakeClock(),
      instance: 1,
    },
    () => undefined,
  )
  fleet = made
  const ask = made.decorate(
    () => Promise.resolve({ kind: 'refused', ambiguousSince: undefined }),
    () => Promise.reject(new Error('no record is there')),
  )
  const { signal } = new AbortController()
  const question = { credential, key: 'k', isForced: false, isRefresh: false, signal }
  for (let index = 0; index < questions; index += 1) {
    await ask({ ...question, caller: unknownCaller, known: undefined })
  }
  return made
}

/** Takes no revocation, and has failed so many questions. */
async function startFailing(questions: number): Promise<Fleet> {
  return startProcess(questions, {
    get: () => Promise.reject(new Error('gone')),
    append: () => new Promise(() => undefined),
  })
}

async function isHeldUp(logout: Promise<void>): Promise<boolean> {
  const turn = new Promise<boolean>((resolve) => setImmediate(resolve, true))
  return Promise.race([logout.then(() => false), turn])
}

describe('a fleet whose store takes nothing', () => {
  it('holds up a logout, but none after three failures in a row', async () => {
    expect(await isHeldUp((await startFailing(2)).logout(credential, 's'))).toBe(true)
    fleet?.close()
    expect(await isHeldUp((await startFailing(3)).logout(credential, 's'))).toBe(false)
  })
})

describe('a fleet whose log has no end', () => {
  it('reads a part of it at a time', async () => {
    let pages = 0
    await startProcess(1, {
      since() {
        pages += 1
        return Promise.resolve({ entries: [[String(pages), 'x']], hasMore: pages < 5_000 })
      },
    })
    expect(pages).toBeGreaterThan(0)
    expect(pages).toBeLessThan(5_000)
  })
})
