import { describe, expect, it } from '@jest/globals'
import { createQuota } from '../../../lib/cache/quota.js'

/** Shares of so many places, and what comes of taking note of keys one after the other. */
function open(max = 20) {
  const share = createQuota(max)
  const add = (key: string, identityId = 'i', places = 1) => {
    const holding = { key, identityId, isComposite: false, places }
    const excess = share.add(holding)
    expect(share.excessOf(holding)).toBe(excess)
    return excess
  }
  const remove = (key: string, identityId = 'i') =>
    share.remove({ key, identityId, isComposite: false, places: 1 })
  const addMany = (count: number) => Array.from({ length: count }, (_, index) => add(`k${index}`))
  return { share, add, remove, addMany }
}

describe('createQuota', () => {
  it('gives each person as much', () => {
    const { addMany, add } = open()
    expect(addMany(20)).toEqual(Array(20).fill(undefined))
    expect(add('one more')).toBe('k0')
    expect(add('of another', 'j')).toBeUndefined()
  })

  it('finds nothing too much of who has nothing', () => {
    const { share } = open()
    expect(
      share.excessOf({ key: 'k', identityId: 'i', isComposite: false, places: 1 }),
    ).toBeUndefined()
  })

  it('no longer counts what is removed, and nothing else', () => {
    const { add, remove, addMany } = open()
    addMany(20)
    remove('nobody has it')
    remove('k0', 'j')
    expect(add('one more')).toBe('k0')
    remove('k0')
    remove('k1')
    expect(add('another')).toBeUndefined()
    expect(add('the next')).toBe('k2')
  })

  it('counts the places that a key takes', () => {
    const { add, remove } = open()
    expect([add('a', 'i', 19), add('b')]).toEqual([undefined, undefined])
    expect(add('c')).toBe('a')
    remove('a')
    expect(add('a', 'i', 2)).toBeUndefined()
    expect(add('d', 'i', 16)).toBeUndefined()
    expect(add('e')).toBe('b')
    remove('d')
    expect(add('f', 'i', 15)).toBeUndefined()
    expect(add('g')).toBe('b')
  })

  it('finds one alone too much', () => {
    const { add, remove } = open()
    expect(add('a', 'i', 21)).toBe('a')
    remove('a')
    expect(add('b', 'i', 20)).toBeUndefined()
    remove('b')
    expect(add('a', 'i', 21)).toBe('a')
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
