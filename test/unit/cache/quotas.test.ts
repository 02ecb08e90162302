import { describe, expect, it } from '@jest/globals'
import type { Holding } from '../../../lib/cache/quota.js'
import { createQuotas } from '../../../lib/cache/quotas.js'

/** Shares of so many places, and what comes of taking note of keys one after the other. */
function open(places: number) {
  const held = new Map<string, Holding>()
  const shares = createQuotas(places, () => [...held.values()])
  const add = (key: string, identityId = 'i', isComposite = false) => {
    const holding = { key, identityId, isComposite, places: 1 }
    held.set(key, holding)
    const excess = shares.add(holding)
    expect(shares.excessOf(holding)).toBe(excess)
    return excess
  }
  const remove = (key: string) => {
    const holding = held.get(key)!
    held.delete(key)
    shares.remove(holding)
  }
  const addMany = (count: number, isComposite = false) =>
    Array.from({ length: count }, (_, index) => add(`k${index} ${isComposite}`, 'i', isComposite))
  return { add, remove, addMany }
}

describe('createQuotas', () => {
  it.each([
    ['a twentieth', 1_000, 50],
    ['a twentieth, whole', 1_019, 50],
    ['twenty at least', 100, 20],
    ['twenty, though there is one place alone', 1, 20],
  ])('gives each person %s of all places', (_title, places, share) => {
    const { addMany, add } = open(places)
    expect(addMany(share)).toEqual(Array(share).fill(undefined))
    expect(add('one more')).toBe('k0 false')
    expect(add('of another', 'j')).toBeUndefined()
  })

  it('gives each person eight of several cookies, counted apart', () => {
    const { addMany, add, remove } = open(1_000)
    expect(addMany(8, true)).toEqual(Array(8).fill(undefined))
    expect(addMany(50)).toEqual(Array(50).fill(undefined))
    expect(add('one more', 'i', true)).toBe('k0 true')
    expect(add('and one')).toBe('k0 false')
    remove('k0 true')
    remove('k1 true')
    expect(add('k1 true', 'i', true)).toBeUndefined()
    expect(add('and another')).toBe('k0 false')
    remove('k0 false')
    remove('k1 false')
    remove('k2 false')
    expect(add('the last')).toBeUndefined()
  })
})
