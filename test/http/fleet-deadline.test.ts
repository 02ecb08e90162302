import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { altered, outcomeOf, startFleet } from '../support/fleet.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()
const never = () => new Promise<never>(() => undefined)
/** Ory would have too little time by far, if the store took some of it, and has plenty otherwise. */
const timing = { timeoutMs: 2_000, storeTimeoutMs: 1_800 }
const late = { delayMs: 400 } as const

describe('a store that does not answer', () => {
  it('takes nothing of the time that Ory has', async () => {
    const fleet = await startFleet(world)
    const ory = fleet.process({ store: altered(fleet.store, { get: never }), ...timing })
    fleet.fake.fault('late', late)
    expect(await outcomeOf(ory, byToken(fleet.fake.signIn()))).toBe('upstream')
    expect(ory.stats().store.faults.timeout).toBe(1)
  })

  it('takes nothing of it at the first question of a process, which waits for the log', async () => {
    const fleet = await startFleet(world)
    const store = altered(fleet.store, { get: never, since: never, append: never })
    fleet.fake.fault('late', late)
    const asked = [undefined, { fresh: true }].map(async (policy) =>
      outcomeOf(fleet.process({ store, ...timing }), byToken(fleet.fake.signIn()), policy),
    )
    expect(await Promise.all(asked)).toEqual(['upstream', 'upstream'])
  })

  it('takes nothing of it where a question waits for one that is under way', async () => {
    const fleet = await startFleet(world)
    const store = altered(fleet.store, { get: never, since: never, append: never })
    const ory = fleet.process({ store, ...timing })
    const headers = byToken(fleet.fake.signIn())
    fleet.fake.fault('late', { delayMs: 300 })
    const asked = [undefined, { fresh: true }].map(async (policy) =>
      outcomeOf(ory, headers, policy),
    )
    expect(await Promise.all(asked)).toEqual(['upstream', 'upstream'])
  })

  it('leaves a call to Ory its deadline', async () => {
    const fleet = await startFleet(world)
    const store = altered(fleet.store, { get: never })
    const ory = fleet.process({ store, timeoutMs: 300, storeTimeoutMs: 200 })
    fleet.fake.fault('silent')
    const startedAt = performance.now()
    expect(await outcomeOf(ory, byToken(fleet.fake.signIn()))).toBe('authentication_unavailable')
    expect(performance.now() - startedAt).toBeGreaterThan(450)
    expect(ory.stats().upstream).toMatchObject({ timeout: 1 })
  })

  it('is no reason for a denial where it may take longer than Ory', async () => {
    const fleet = await startFleet(world)
    const store = altered(fleet.store, { get: never, since: never, append: never })
    const asked = [undefined, { fresh: true }].map(async (policy) => {
      const ory = fleet.process({ store, timeoutMs: 1_500, storeTimeoutMs: 1_600 })
      return outcomeOf(ory, byToken(fleet.fake.signIn()), policy)
    })
    expect(await Promise.all(asked)).toEqual(['upstream', 'upstream'])
  })

  it('is no reason for a denial where the process is held up meanwhile', async () => {
    const fleet = await startFleet(world)
    let reads = 0
    const store = altered(fleet.store, {
      async get(key) {
        reads += 1
        // What comes by a socket is read after the timers that are due.
        await promisify(randomBytes)(8)
        return fleet.store.get(key)
      },
    })
    const ory = fleet.process({ store, timeoutMs: 1_200, storeTimeoutMs: 200 })
    const asked = outcomeOf(ory, byToken(fleet.fake.signIn()))
    expect(reads).toBe(1)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)
    expect(await asked).toBe('upstream')
  })
})
