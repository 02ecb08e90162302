import { describe, expect, it } from '@jest/globals'
import { createStoreBreaker } from '../../../lib/store/store-breaker.js'
import type { StoreBreaker } from '../../../lib/store/store-breaker.js'
import { createFakeClock } from '../support/fake-clock.js'

function setUp() {
  const clock = createFakeClock()
  return { clock, breaker: createStoreBreaker(clock) }
}

function fail(breaker: StoreBreaker, times = 1): void {
  for (let time = 0; time < times; time += 1) {
    breaker.enter()
    breaker.onFailure()
  }
}

describe('the breaker of a store', () => {
  it('opens after three failures in a row, for one to eight seconds', () => {
    const { breaker, clock } = setUp()
    fail(breaker, 2)
    breaker.onAnswer()
    fail(breaker, 2)
    expect(breaker.isOpen()).toBe(false)
    fail(breaker)
    for (const openMs of [1_000, 2_000, 4_000, 8_000, 8_000]) {
      clock.advance(openMs - 1)
      expect(breaker.isOpen()).toBe(true)
      clock.advance(1)
      expect(breaker.isOpen()).toBe(false)
      fail(breaker)
    }
  })

  it('starts anew after an answer', () => {
    const { breaker, clock } = setUp()
    fail(breaker, 3)
    clock.advance(1_000)
    fail(breaker)
    clock.advance(2_000)
    breaker.onAnswer()
    expect(breaker.isOpen()).toBe(false)
    fail(breaker, 3)
    clock.advance(999)
    expect(breaker.isOpen()).toBe(true)
    clock.advance(1)
    expect(breaker.isOpen()).toBe(false)
  })

  it('counts failures of the same moment once', () => {
    const { breaker, clock } = setUp()
    fail(breaker, 50)
    clock.advance(1_000)
    expect(breaker.isOpen()).toBe(false)
  })

  it('lets one question try again', () => {
    const { breaker, clock } = setUp()
    fail(breaker, 3)
    clock.advance(1_000)
    breaker.enter()
    expect(breaker.isOpen()).toBe(true)
    breaker.onAnswer()
    expect(breaker.isOpen()).toBe(false)
  })
})
