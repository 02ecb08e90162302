import { describe, expect, it, jest } from '@jest/globals'
import { createKeyLru } from '../../../lib/cache/key-lru.js'

/** Keys as digests are: their first characters are spread evenly. */
const keyOf = (number: number): string => `${String.fromCharCode(number % 256)}${String(number)}`
const large = { max: 40_000, maxBytes: 2 ** 30, bytesOf: () => 10 }

describe('createKeyLru', () => {
  it.each([
    ['a small one', { max: 100 }],
    ['a large one', { max: 40_000 }],
  ])('finds in %s what was put there, until it is deleted', (_size, settings) => {
    const lru = createKeyLru<{ id: number }>(settings)
    for (let id = 0; id < 100; id += 1) lru.set(keyOf(id), { id })
    expect(Array.from({ length: 100 }, (_, id) => lru.get(keyOf(id))?.id)).toEqual([
      ...Array(100).keys(),
    ])
    expect(lru.delete(keyOf(7))).toBe(true)
    expect(lru.delete(keyOf(7))).toBe(false)
    expect(lru.get(keyOf(7))).toBeUndefined()
    expect(lru.size().entries).toBe(99)
    lru.clear()
    expect(lru.size()).toEqual({ entries: 0, bytes: 0 })
  })

  it('forgets the least recently used of a small one, to the entry', () => {
    const onDropped = jest.fn()
    const lru = createKeyLru({ max: 2, onDropped })
    const [a, b, c] = [{}, {}, {}]
    lru.set('a', a)
    lru.set('b', b)
    lru.get('a')
    lru.set('c', c)
    expect(lru.get('b')).toBeUndefined()
    expect(lru.get('a')).toBe(a)
    expect(onDropped.mock.calls[0]?.slice(0, 2)).toEqual([b, 'b'])
  })

  it('keeps both bounds of a large one, and uses nearly all of them', () => {
    const lru = createKeyLru(large)
    for (let number = 0; number < 60_000; number += 1) lru.set(keyOf(number), {})
    const { entries, bytes } = lru.size()
    expect(entries).toBeLessThanOrEqual(large.max)
    expect(entries).toBeGreaterThan(large.max * 0.95)
    expect(bytes).toBe(entries * 10)
    const heavy = createKeyLru({ ...large, maxBytes: 2 ** 26, bytesOf: () => 2 ** 13 })
    for (let number = 0; number < 20_000; number += 1) heavy.set(keyOf(number), {})
    expect(heavy.size().bytes).toBeLessThanOrEqual(2 ** 26)
    expect(heavy.size().entries).toBeGreaterThan((2 ** 26 / 2 ** 13) * 0.95)
  })

  it('keeps one value of most of the bytes, if a part could not hold it', () => {
    const lru = createKeyLru({ max: 40_000, maxBytes: 2 ** 20, bytesOf: () => 2 ** 19 })
    lru.set('a', {})
    expect(lru.size()).toEqual({ entries: 1, bytes: 2 ** 19 })
  })

  it('takes a key of no letters', () => {
    const lru = createKeyLru<{ id: number }>(large)
    lru.set('', { id: 1 })
    expect(lru.get('')).toEqual({ id: 1 })
  })

  // A Map that grows copies all that it has. Many small ones do so at different times.
  it('has no part of a large one that holds more than a tenth', () => {
    const lru = createKeyLru(large)
    let dropped = 0
    const watched = createKeyLru({ ...large, onDropped: () => (dropped += 1) })
    const same = 'x'
    for (let number = 0; number < 10_000; number += 1) {
      lru.set(`${same}${String(number)}`, {})
      watched.set(`${same}${String(number)}`, {})
    }
    expect(lru.size().entries).toBeLessThan(large.max / 10)
    expect(dropped).toBe(10_000 - watched.size().entries)
  })
})
