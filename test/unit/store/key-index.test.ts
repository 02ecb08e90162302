import { describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { createKeyIndex } from '../../../lib/store/key-index.js'

/** Nothing is in memory any more. */
const none = (): boolean => false
const record = (name: number): string =>
  createHash('sha256').update(String(name)).digest('base64url')

describe('createKeyIndex', () => {
  it('finds a credential by each of its records', () => {
    const index = createKeyIndex(10, none)
    index.add([record(1), record(2)], 'key')
    expect([1, 2, 3].map((name) => index.find(record(name)))).toEqual(['key', 'key', undefined])
  })

  it('finds one while Ory is asked about it, and not after that', () => {
    const index = createKeyIndex(10, none)
    index.begin([record(1)], 'key')
    expect(index.find(record(1))).toBe('key')
    index.end([record(1)])
    expect(index.find(record(1))).toBeUndefined()
  })

  it('keeps what is held, however many come after it, and forgets it once it is not', () => {
    const held = new Set(['key 0', 'key 57'])
    const index = createKeyIndex(3, (key) => held.has(key))
    for (let name = 0; name < 100; name += 1) {
      index.add([record(name)], `key ${name}`)
      expect(index.find(record(name))).toBe(`key ${name}`)
      const lost = [0, 57].filter(
        (other) => name > other && index.find(record(other)) === undefined,
      )
      expect(lost).toEqual([])
    }
    expect(index.find(record(80))).toBeUndefined()
    held.delete('key 0')
    for (let name = 100; name < 120; name += 1) index.add([record(name)], `key ${name}`)
    expect(index.find(record(0))).toBeUndefined()
    expect(index.find(record(57))).toBe('key 57')
  })

  it('keeps no more than twice what may be held, and asks about few at a time', () => {
    const most = 50
    const held: string[] = []
    let asked = 0
    const index = createKeyIndex(most, (key) => {
      asked += 1
      return held.includes(key)
    })
    for (let name = 0; name < 1_000; name += 1) {
      held.push(`key ${name}`)
      if (held.length > most) held.shift()
      asked = 0
      index.add([record(name)], `key ${name}`)
      expect(asked).toBeLessThanOrEqual(2)
      for (const key of held) expect(index.find(record(Number(key.slice(4))))).toBe(key)
    }
    const found = Array.from({ length: 1_000 }, (_, name) => index.find(record(name)))
    expect(found.filter((key) => key !== undefined).length).toBeLessThanOrEqual(4 * most)
  })

  it('takes the newer key of a record that two share', () => {
    const index = createKeyIndex(1, () => true)
    index.add([record(1)], 'old')
    index.add([record(2)], 'other')
    index.add([record(1)], 'new')
    for (let name = 3; name < 9; name += 1) index.add([record(name)], `key ${name}`)
    expect(index.find(record(1))).toBe('new')
  })

  it('keeps a live one however many unknown ones are asked about', () => {
    const index = createKeyIndex(2, none)
    index.add([record(0)], 'key')
    for (let name = 1; name < 100; name += 1) {
      index.begin([record(name)], 'unknown')
      index.end([record(name)])
    }
    expect(index.find(record(0))).toBe('key')
  })
})
