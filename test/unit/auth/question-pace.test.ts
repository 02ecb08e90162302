import { describe, expect, it } from '@jest/globals'
import { createQuestionPace, dueAfter, tickMs } from '../../../lib/auth/question-pace.js'

const everyMs = 60_000

describe('createQuestionPace', () => {
  it('spreads first questions over the whole interval, however many there are', () => {
    for (const count of [10, 1_000]) {
      const pace = createQuestionPace()
      const fifths = new Set<number>()
      for (let index = 0; index < count; index += 1) {
        fifths.add(Math.floor((pace.add(everyMs) / everyMs) * 5))
      }
      expect(fifths.size).toBe(5)
    }
  })

  it('allows half as much again as the mean, and five questions for a few watches', () => {
    const pace = createQuestionPace()
    pace.start(0)
    expect(pace.most(tickMs)).toBe(5)
    for (let index = 0; index < 60_000; index += 1) pace.add(everyMs)
    expect(pace.most(2 * tickMs)).toBeGreaterThanOrEqual(150)
    expect(pace.most(3 * tickMs)).toBeLessThanOrEqual(151)
    for (let index = 0; index < 60_000; index += 1) pace.remove(everyMs)
    expect(pace.most(4 * tickMs)).toBe(5)
  })

  it('makes no burst of a long sleep', () => {
    const pace = createQuestionPace()
    pace.start(0)
    for (let index = 0; index < 60_000; index += 1) pace.add(everyMs)
    expect(pace.most(3_600_000)).toBeLessThanOrEqual(1_501)
  })
})

describe('dueAfter', () => {
  it.each([
    ['in time', 1_000, 61_000],
    ['a little late', 5_000, 61_000],
    ['after two turns were missed', 130_000, 181_000],
  ])('keeps the times of a watch that is asked about %s', (_name, monotonic, next) => {
    expect(dueAfter(1_000, everyMs, monotonic)).toBe(next)
  })
})
