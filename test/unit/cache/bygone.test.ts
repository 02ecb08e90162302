import { describe, expect, it } from '@jest/globals'
import { createBygone } from '../../../lib/cache/bygone.js'
import { createFakeClock } from '../support/fake-clock.js'

function open(max = 10) {
  const clock = createFakeClock()
  return { clock, bygone: createBygone(max, 1_000, clock) }
}

describe('createBygone', () => {
  it('knows what was noted, and nothing else', () => {
    const { bygone } = open()
    bygone.note('a')
    expect([bygone.has('a'), bygone.has('b')]).toEqual([true, false])
  })

  it.each(['shiftWall', 'shiftMonotonic'] as const)(
    'counts a note for its time, by whichever clock is ahead, %s',
    (move) => {
      const { bygone, clock } = open()
      bygone.note('a')
      clock[move](999)
      expect(bygone.has('a')).toBe(true)
      clock[move](1)
      expect(bygone.has('a')).toBe(false)
    },
  )

  it('counts from the last note', () => {
    const { bygone, clock } = open()
    bygone.note('a')
    clock.advance(600)
    bygone.note('a')
    clock.advance(600)
    expect(bygone.has('a')).toBe(true)
  })

  it('lets the oldest go where there is no more room', () => {
    const { bygone } = open(2)
    for (const name of 'abc') bygone.note(name)
    expect([...'abc'].map((name) => bygone.has(name))).toEqual([false, true, true])
  })

  it('forgets all', () => {
    const { bygone } = open()
    bygone.note('a')
    bygone.clear()
    expect(bygone.has('a')).toBe(false)
  })
})
