import { describe, expect, it } from '@jest/globals'
import { createBygone } from '../../../lib/cache/bygone.js'
import { createFakeClock } from '../support/fake-clock.js'

function open(max = 10) {
  const clock = createFakeClock()
  return { clock, bygone: createBygone<string>(max, 1_000, clock) }
}

describe('createBygone', () => {
  it('finds what was noted last, and nothing else', () => {
    const { bygone } = open()
    bygone.note('a', 'first')
    bygone.note('a', 'second')
    expect([bygone.find('a'), bygone.find('b')]).toEqual(['second', undefined])
  })

  it.each(['shiftWall', 'shiftMonotonic'] as const)(
    'finds it for its time alone, by %s',
    (move) => {
      const { bygone, clock } = open()
      bygone.note('a', 'x')
      clock[move](999)
      expect(bygone.find('a')).toBe('x')
      clock[move](1)
      expect(bygone.find('a')).toBeUndefined()
    },
  )

  it('counts the time anew from the last note', () => {
    const { bygone, clock } = open()
    bygone.note('a', 'x')
    clock.advance(900)
    bygone.note('a', 'y')
    clock.advance(900)
    expect(bygone.find('a')).toBe('y')
  })

  it('keeps as many as it may', () => {
    const { bygone } = open(2)
    for (const name of 'abc') bygone.note(name, name)
    expect([...'abc'].map((name) => bygone.find(name))).toEqual([undefined, 'b', 'c'])
  })

  it('forgets a name, those that are meant, and all', () => {
    const { bygone } = open()
    for (const name of 'abcd') bygone.note(name, name === 'a' ? 'x' : name)
    bygone.forget('b')
    bygone.forgetWhere((value) => value === 'x' || value === 'c')
    expect([...'abcd'].map((name) => bygone.find(name))).toEqual([
      undefined,
      undefined,
      undefined,
      'd',
    ])
    bygone.clear()
    expect(bygone.find('d')).toBeUndefined()
  })
})
