import { describe, expect, it } from '@jest/globals'
import { createPositions } from '../../../lib/store/positions.js'
import { createFakeClock } from '../support/fake-clock.js'

function setUp() {
  const clock = createFakeClock()
  return { clock, positions: createPositions(70_000, clock) }
}

describe('the positions of a log', () => {
  it('are the ids that were read, and none between them', () => {
    const { positions } = setUp()
    positions.add('5')
    positions.add('7')
    expect(['4', '5', '6', '7', '8'].filter(positions.has)).toEqual(['5', '7'])
    positions.clear()
    expect(positions.has('7')).toBe(false)
  })

  it('keep the newest, however old, and those before it for as long as a record may name them', () => {
    const { positions, clock } = setUp()
    positions.add('5')
    clock.advance(200_000)
    expect(positions.has('5')).toBe(true)
    positions.add('6')
    clock.advance(69_999)
    positions.add('7')
    expect(['5', '6', '7'].map(positions.has)).toEqual([true, true, true])
    clock.advance(1)
    positions.add('8')
    expect(['5', '6', '7'].map(positions.has)).toEqual([false, true, true])
    clock.advance(70_000)
    positions.add('9')
    expect(['6', '7', '8'].map(positions.has)).toEqual([false, false, true])
  })

  it('are at most a hundred thousand, the oldest gone first, and the newest fifty thousand there', () => {
    const { positions } = setUp()
    for (let id = 0; id <= 100_000; id += 1) positions.add(String(id))
    expect(['0', '49999', '50001', '100000'].map(positions.has)).toEqual([false, false, true, true])
  })

  // To drop them one by one from the front of a large map took longer with each of them.
  it('take no longer to add once there are many', () => {
    const { positions } = setUp()
    const times = Array.from({ length: 200 }, (_, thousand) => {
      const startedAt = performance.now()
      for (let id = 0; id < 1_000; id += 1) positions.add(`${String(thousand)}-${String(id)}`)
      return performance.now() - startedAt
    })
    const median = (some: readonly number[]): number => some.toSorted((a, b) => a - b)[25]!
    expect(median(times.slice(-50))).toBeLessThan(8 * median(times.slice(0, 50)))
  })
})
