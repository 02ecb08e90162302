import { describe, expect, it } from '@jest/globals'
import { createShares } from '../../../lib/cache/shares.js'

/** Shares of so many places, and what comes of taking note of keys one after the other. */
function open(places = 0) {
  const shares = createShares(places)
  const add = (key: string, identity = 'i', isComposite = false, places = 1) => {
    const holding = { key, identity, isComposite, places }
    const excess = shares.add(holding)
    expect(shares.excessOf(holding)).toBe(excess)
    return excess
  }
  const remove = (key: string, identity = 'i', isComposite = false) =>
    shares.remove({ key, identity, isComposite, places: 1 })
  const addMany = (count: number, isComposite = false) =>
    Array.from({ length: count }, (_, index) => add(`k${index}`, 'i', isComposite))
  return { add, remove, addMany }
}

describe('createShares', () => {
  it.each([
    ['a twentieth', 1_000, 50],
    ['a twentieth, whole', 1_019, 50],
    ['twenty at least', 100, 20],
  ])('gives each person %s of all places', (_title, places, share) => {
    const { addMany, add } = open(places)
    expect(addMany(share)).toEqual(Array(share).fill(undefined))
    expect(add('one more')).toBe('k0')
    expect(add('of another', 'j')).toBeUndefined()
  })

  it('gives each person eight of several cookies, counted apart', () => {
    const { addMany, add } = open(1_000)
    expect(addMany(8, true)).toEqual(Array(8).fill(undefined))
    expect(add('k', 'i')).toBeUndefined()
    expect(add('one more', 'i', true)).toBe('k0')
  })

  it('counts a key once', () => {
    const { add, addMany } = open()
    expect([add('k0'), add('k0')]).toEqual([undefined, undefined])
    expect(addMany(20)).toEqual(Array(20).fill(undefined))
    expect(addMany(20)).toEqual(Array(20).fill(undefined))
    expect(add('one more')).toBe('k0')
  })

  it('no longer counts what is removed, and nothing else', () => {
    const { add, remove, addMany } = open()
    addMany(20)
    remove('nobody has it')
    remove('k0', 'j')
    remove('k0', 'i', true)
    expect(add('one more')).toBe('k0')
    remove('k0')
    remove('k1')
    expect(add('another')).toBeUndefined()
    expect(add('the next')).toBe('k2')
  })

  it('counts the places that a key takes, and those that it takes now', () => {
    const { add, remove } = open()
    expect([add('a', 'i', false, 19), add('b')]).toEqual([undefined, undefined])
    expect(add('c')).toBe('a')
    expect(add('a', 'i', false, 2)).toBeUndefined()
    expect(add('d', 'i', false, 16)).toBeUndefined()
    expect(add('e')).toBe('b')
    remove('d')
    expect(add('f', 'i', false, 15)).toBeUndefined()
    expect(add('g')).toBe('b')
  })

  it('finds one alone too much', () => {
    const { add, remove } = open()
    expect(add('a', 'i', false, 21)).toBe('a')
    remove('a')
    expect(add('b', 'i', false, 20)).toBeUndefined()
    remove('b')
    expect(add('a', 'i', false, 21)).toBe('a')
  })

  it('forgets who has none left', () => {
    const { add, remove, addMany } = open()
    for (let round = 0; round < 3; round += 1) {
      addMany(20)
      for (let index = 0; index < 20; index += 1) remove(`k${index}`)
      expect(add('alone')).toBeUndefined()
      remove('another')
      remove('alone')
    }
    expect(addMany(21)).toEqual([...Array(20).fill(undefined), 'k0'])
  })
})
