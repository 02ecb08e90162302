import { describe, expect, it } from '@jest/globals'
import { createHash } from 'node:crypto'
import { createKeyIndex } from '../../../lib/store/key-index.js'

const record = (name: number): string =>
  createHash('sha256').update(String(name)).digest('base64url')

describe('createKeyIndex', () => {
  it('finds a credential by each of its records', () => {
    const index = createKeyIndex(10)
    index.add([record(1), record(2)], 'key')
    expect([1, 2, 3].map((name) => index.find(record(name)))).toEqual(['key', 'key', undefined])
  })

  it('finds one while Ory is asked about it, and not after that', () => {
    const index = createKeyIndex(10)
    index.begin([record(1)], 'key')
    expect(index.find(record(1))).toBe('key')
    index.end([record(1)])
    expect(index.find(record(1))).toBeUndefined()
  })

  it('keeps a live one while `max` others come after it, and forgets in time', () => {
    const index = createKeyIndex(3)
    for (let name = 0; name < 100; name += 1) {
      index.add([record(name)], `key ${name}`)
      for (let last = Math.max(0, name - 3); last <= name; last += 1) {
        expect(index.find(record(last))).toBe(`key ${last}`)
      }
    }
    expect(index.find(record(93))).toBeUndefined()
  })

  it('keeps a live one however many unknown ones are asked about', () => {
    const index = createKeyIndex(2)
    index.add([record(0)], 'key')
    for (let name = 1; name < 100; name += 1) {
      index.begin([record(name)], 'unknown')
      index.end([record(name)])
    }
    expect(index.find(record(0))).toBe('key')
  })
})
