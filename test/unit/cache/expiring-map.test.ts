import { describe, expect, it } from '@jest/globals'
import { createExpiringMap } from '../../../lib/cache/expiring-map.js'
import { clocks } from './entries.js'

function open(max = 10) {
  const { clock, cacheClock } = clocks()
  const set = createExpiringMap(max, 1_000, cacheClock)
  return {
    clock,
    cacheClock,
    set,
    add(...names: string[]) {
      for (const name of names) set.set(name, cacheClock.read())
    },
    has: (names: string) => [...names].filter((name) => set.has(name)).join(''),
  }
}

describe('createExpiringMap', () => {
  it('has what was added, and nothing else', () => {
    const { add, has } = open()
    add('a')
    expect(has('ab')).toBe('a')
  })

  it.each(['shiftWall', 'shiftMonotonic'] as const)(
    'has a name for its time, by whichever clock is ahead, %s',
    (move) => {
      const { add, has, clock } = open()
      add('a')
      clock[move](999)
      expect(has('a')).toBe('a')
      clock[move](1)
      expect(has('a')).toBe('')
    },
  )

  it('counts from the moment that it is given', () => {
    const { set, clock, cacheClock, has } = open()
    const since = cacheClock.read()
    clock.advance(600)
    set.set('a', since)
    clock.advance(399)
    expect(has('a')).toBe('a')
    clock.advance(1)
    expect(has('a')).toBe('')
  })

  it.each([
    ['at once', []],
    ['when others came meanwhile', ['b', 'c']],
  ])('counts from the last time, %s', (_when, others) => {
    const { add, has, clock } = open(2)
    add('a')
    clock.advance(600)
    add(...others, 'a')
    clock.advance(600)
    expect(has('a')).toBe('a')
  })

  it('has the last `max` at least, and twice as many at most', () => {
    const { add, has } = open(2)
    const seen = [...'abcdefg'].map((name) => {
      add(name)
      return has('abcdefg')
    })
    expect(seen).toEqual(['a', 'ab', 'abc', 'abcd', 'cde', 'cdef', 'efg'])
  })

  it('lets nothing go for what it has already', () => {
    const { add, has } = open(2)
    add(...'abcdcdcd')
    expect(has('abcd')).toBe('abcd')
  })

  it('deletes a name wherever it is, and tells whether it was there', () => {
    const { add, has, set } = open(2)
    add(...'abca')
    expect(['a', 'b', 'c', 'd'].map((name) => set.delete(name))).toEqual([true, true, true, false])
    expect(has('abc')).toBe('')
  })

  it('forgets all', () => {
    const { add, has, set } = open(2)
    add(...'abc')
    set.clear()
    expect(has('abc')).toBe('')
  })
})
