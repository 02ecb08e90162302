import { describe, expect, it } from '@jest/globals'
import { ageOf, readClock, systemClock } from '../../../lib/shared/clock.js'
import { createFakeClock } from '../support/fake-clock.js'

describe('ageOf', () => {
  it.each([
    ['both clocks have moved', 5, 5, 5],
    ['neither has', 0, 0, 0],
    ['the wall clock went on through a suspend', 900, 5, 900],
    ['the wall clock was set forth', 3_600_000, 1, 3_600_000],
    ['the wall clock was set back', -3_600_000, 7, 7],
    ['the wall clock stood still', 0, 7, 7],
  ])('is by the clock that has it older, where %s', (_title, wall, monotonic, expected) => {
    const clock = createFakeClock()
    const moment = readClock(clock)
    clock.shiftWall(wall)
    clock.shiftMonotonic(monotonic)
    expect(ageOf(moment, clock)).toBe(expected)
  })
})

describe('systemClock', () => {
  it('tells the time as Node does', () => {
    const before = [Date.now(), performance.now()] as const
    const { now, monotonic } = readClock(systemClock)
    const after = [Date.now(), performance.now()] as const
    expect(now).toBeGreaterThanOrEqual(before[0])
    expect(now).toBeLessThanOrEqual(after[0])
    expect(monotonic).toBeGreaterThanOrEqual(before[1])
    expect(monotonic).toBeLessThanOrEqual(after[1])
  })
})
