import { describe, expect, it } from '@jest/globals'
import { createDistinctCounter } from '../../../lib/resilience/distinct-counter.js'
import { createFakeClock } from '../support/fake-clock.js'

describe('createDistinctCounter', () => {
  it('counts each name once', () => {
    const { add, count } = createDistinctCounter(10, createFakeClock())
    expect(['a', 'a', 'b', 'a', 'c'].map(add)).toEqual([1, 1, 2, 2, 3])
    expect(count()).toBe(3)
  })

  it('forgets a name that was not seen for longer than that', () => {
    const clock = createFakeClock()
    const { add, count } = createDistinctCounter(10, clock)
    add('a')
    add('b')
    clock.shiftMonotonic(5)
    add('a')
    clock.shiftMonotonic(5)
    expect(count()).toBe(2)
    clock.shiftMonotonic(1)
    expect(count()).toBe(1)
    expect(add('c')).toBe(2)
  })

  it('counts from the start once it is cleared', () => {
    const { add, clear } = createDistinctCounter(10, createFakeClock())
    add('a')
    clear()
    expect(add('b')).toBe(1)
  })
})
