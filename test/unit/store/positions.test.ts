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
    expect(positions.has('5')).toBe(true)
    clock.advance(1)
    positions.add('8')
    expect(positions.has('5')).toBe(false)
    expect(positions.has('6')).toBe(true)
  })

  it('are at most a hundred thousand, the oldest gone first', () => {
    const { positions } = setUp()
    for (let id = 0; id <= 100_000; id += 1) positions.add(String(id))
    expect(['0', '1', '100000'].map(positions.has)).toEqual([false, true, true])
  })
})
