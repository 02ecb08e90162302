import { describe, expect, it } from '@jest/globals'
import { createSessionCache, type SessionCache } from '../../../lib/cache/session-cache.js'
import { createCounters } from '../../../lib/resilience/counters.js'
import { createFakeClock, start } from '../support/fake-clock.js'
import { liveAnswer, question } from '../ory/question.js'

const [cacheTtlMs, staleIfErrorMs] = [10_000, 60_000]
const dateStepMs = 1_000

/** A cache that got a session from an Ory whose time was this, from our own on. */
async function open(oryAheadMs: number, expiresInMs = 3_600_000) {
  const clock = createFakeClock()
  const { live, ...answer } = liveAnswer()
  const said = {
    ...answer,
    live: { ...live, expiresAt: start + expiresInMs },
    oryNow: oryAheadMs > 0 ? start + oryAheadMs : -Infinity,
  }
  const cache: SessionCache = createSessionCache(
    {
      ...{ cacheTtlMs, staleIfErrorMs, refreshAhead: false, refusalTtlMs: 2_000 },
      ...{ cacheMaxSessions: 10, cacheMaxBytes: 1_000, timeoutMs: 3_000, clock },
    },
    async () => said,
    createCounters(),
  )
  await cache.ask(question().credential, 'k', 'any')
  const isFresh = (): boolean => cache.findFresh('k', clock.now(), clock.monotonic()) !== undefined
  const isUsable = (): boolean => cache.findStale('k') !== undefined
  return { cache, clock, isFresh, isUsable }
}

describe('an entry of an Ory that is ahead', () => {
  it.each([
    ['not', 0, 5_000, 5_000],
    ['by a little', 1, 5_000, 5_000 - 1 - dateStepMs],
    ['by seconds', 3_000, 5_000, 5_000 - 3_000 - dateStepMs],
    ['by fractions of a millisecond', 0.5, 5_000, 5_000 - 1 - dateStepMs],
    ['by an hour, with more than the TTL left', 3_600_000, 3_620_000, cacheTtlMs],
  ])('is fresh until the session ends there: %s', async (_title, aheadMs, expiresInMs, lifeMs) => {
    const { clock, isFresh } = await open(aheadMs, expiresInMs)
    clock.advance(lifeMs - 1)
    expect(isFresh()).toBe(true)
    clock.advance(1)
    expect(isFresh()).toBe(false)
  })

  it.each(['shiftWall', 'shiftMonotonic'] as const)(
    'may be used in an outage until then, by %s',
    async (move) => {
      const { clock, isUsable } = await open(3_000, 30_000)
      clock[move](30_000 - 3_000 - dateStepMs - 1)
      expect(isUsable()).toBe(true)
      clock[move](1)
      expect(isUsable()).toBe(false)
    },
  )

  it('may be used in an outage for its grace alone', async () => {
    const { clock, isUsable } = await open(3_000)
    clock.advance(cacheTtlMs + staleIfErrorMs - 1)
    expect(isUsable()).toBe(true)
    clock.advance(1)
    expect(isUsable()).toBe(false)
  })

  it('is not kept where the session may be over there', async () => {
    const { cache } = await open(4_000, 5_000)
    expect(cache.size().entries).toBe(0)
    expect(cache.callerOf('k')).toEqual({ kind: 'known', identityId: 'i' })
  })

  it.each([
    ['nothing has passed', 0, 0, 0],
    ['time has gone by', 700, 700, 700],
    ['the machine was suspended', 700, 0, 700],
    ['the wall clock was set back', -9_000, 700, 700],
    ['the wall clock was set forth', 9_000, 700, 9_000],
  ])('is judged by a time that never goes back: %s', async (_title, wall, monotonic, passedMs) => {
    for (const aheadMs of [0, 3_000]) {
      const { cache, clock } = await open(aheadMs)
      const entry = cache.findFresh('k', clock.now(), clock.monotonic())!
      clock.shiftWall(wall)
      clock.shiftMonotonic(monotonic)
      const behindMs = aheadMs === 0 ? 0 : aheadMs + dateStepMs
      const time = cache.timeOf(entry, clock.now(), clock.monotonic())
      expect(time - start).toBe(behindMs + passedMs)
    }
  })
})
