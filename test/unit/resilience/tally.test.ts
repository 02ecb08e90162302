import { describe, expect, it } from '@jest/globals'
import { createTally } from '../../../lib/resilience/tally.js'

describe('createTally', () => {
  it('counts by name', () => {
    const { add, remove, count } = createTally<string>()
    for (const name of ['a', 'a', 'b']) add(name)
    expect(['a', 'b', 'c'].map(count)).toEqual([2, 1, 0])
    for (const name of ['a', 'b']) remove(name)
    expect(['a', 'b', 'c'].map(count)).toEqual([1, 0, 0])
  })

  it('keeps no name that it has nothing to count of', () => {
    const counts = new Map<string, number>()
    const { add, remove } = createTally(counts)
    for (const name of ['a', 'a', 'b']) add(name)
    for (const name of ['a', 'b']) remove(name)
    expect([...counts]).toEqual([['a', 1]])
    remove('a')
    expect(counts.size).toBe(0)
  })
})
