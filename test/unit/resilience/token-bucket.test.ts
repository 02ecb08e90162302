import { describe, expect, it } from '@jest/globals'
import { createTokenBucket } from '../../../lib/resilience/token-bucket.js'
import { createFakeClock } from '../support/fake-clock.js'

/** Two tokens, and four more each second. */
function open() {
  const clock = createFakeClock()
  const { take, waitSeconds } = createTokenBucket(2, 4, clock)
  return {
    clock,
    waitSeconds,
    take: (count: number) => {
      for (let time = 0; time < count; time += 1) take()
    },
  }
}

describe('createTokenBucket', () => {
  it('is full at first, and says how long the next token takes', () => {
    const { take, waitSeconds, clock } = open()
    take(1)
    expect(waitSeconds()).toBe(0)
    take(1)
    expect(waitSeconds()).toBe(0.25)
    clock.advance(125)
    expect(waitSeconds()).toBe(0.125)
    clock.advance(125)
    expect(waitSeconds()).toBe(0)
  })

  it('holds no more than its capacity', () => {
    const { take, waitSeconds, clock } = open()
    clock.advance(3_600_000)
    waitSeconds()
    take(2)
    expect(waitSeconds()).toBe(0.25)
  })

  it('is in debt for no longer than it takes to fill it twice', () => {
    const { take, waitSeconds } = open()
    take(100)
    expect(waitSeconds()).toBe(0.75)
  })
})
