import { describe, expect, it } from '@jest/globals'
import { createCacheClock } from '../../../lib/cache/cache-clock.js'
import { clocks } from './entries.js'

describe('createCacheClock', () => {
  it('counts whole milliseconds from its start, rounded down', () => {
    let [now, monotonic] = [1_000.25, 7.5]
    const clock = createCacheClock({ now: () => now, monotonic: () => monotonic })
    expect(clock.read()).toEqual({ now: 0, monotonic: 0 })
    now += 5.75
    monotonic += 6.5
    const moment = clock.read()
    expect(moment).toEqual({ now: 5, monotonic: 6 })
    expect(clock.wallTimeOf(moment)).toBe(1_005.25)
  })

  it.each(['shiftWall', 'shiftMonotonic'] as const)(
    'tells an age by the clock that says more, %s',
    (move) => {
      const { clock, cacheClock } = clocks()
      clock.advance(60_000)
      const moment = cacheClock.read()
      clock[move](700)
      expect(cacheClock.ageOf(moment)).toBe(700)
      expect(cacheClock.ageAt(moment, clock.now(), clock.monotonic())).toBe(700)
      expect(cacheClock.ageAt(moment, clock.now() + 1_000, clock.monotonic() + 1_000)).toBe(1_700)
    },
  )
})
