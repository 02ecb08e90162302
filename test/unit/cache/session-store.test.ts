import { describe, expect, it } from '@jest/globals'
import { Entry } from '../../../lib/cache/entry.js'
import { createMemory } from '../../../lib/cache/session-store.js'
import type { Memory, MemorySettings } from '../../../lib/cache/session-store.js'
import { readClock } from '../../../lib/shared/clock.js'
import { parse } from '../support/parse.js'
import { createFakeClock } from '../support/fake-clock.js'
import { identityBody, sessionBody } from '../support/session-body.js'
import { entryOf, live } from './entries.js'

const entry = (id = 's', bytes = 1, isComposite = false, identity = `${id}'s`): Entry => {
  const parsed = parse(sessionBody({ id, identity: identityBody({ id: identity }) }))!
  const facts = { ttlMs: 1, behindMs: 0, isComposite, forcedAt: -Infinity }
  return new Entry({ ...parsed, bytes }, { now: 0, monotonic: 0 }, facts)
}

function open(settings: Partial<MemorySettings> = {}) {
  const clock = createFakeClock()
  const evicted: (readonly [key: string, session: string])[] = []
  const memory = createMemory({
    ...{ cacheMaxSessions: 10, cacheMaxBytes: 1_000, refusalTtlMs: 2_000, clock },
    onEvicted: (key, { sessionId }) => evicted.push([key, sessionId]),
    ...settings,
  })
  return { clock, memory, evicted, refuse: (key: string) => memory.refuse(key, readClock(clock)) }
}

describe('createMemory', () => {
  it('folds what nobody asks for again while 64 others come, and nothing else', () => {
    const { memory } = open({ cacheMaxSessions: 100, cacheMaxBytes: 1_000_000 })
    const told = Array.from({ length: 70 }, live)
    told.forEach((one, index) => memory.keep(String(index), entryOf({ ...one, bytes: 1 })))
    const isSame = told.map((one, index) => memory.find(String(index))?.session === one.session)
    expect(isSame).toEqual([...Array<boolean>(6).fill(false), ...Array<boolean>(64).fill(true)])
  })

  const keepAll = (memory: Memory, count: number, identity?: string): void => {
    for (let other = 0; other < count; other += 1) {
      memory.keep(`other ${other}`, entry(`${other}`, 1, false, identity))
    }
  }

  it.each<[string, (memory: Memory, own: Entry) => void]>([
    ['forgotten', (memory) => memory.forget('own')],
    ['refused', (memory) => memory.refuse('own', { now: 0, monotonic: 0 })],
    ['forgotten by its session', (memory) => memory.forgetWhere(() => true)],
    ['cleared', (memory) => memory.clear()],
    ['followed by another', (memory) => memory.keep('own', entry())],
    ['pushed out', (memory) => keepAll(memory, 30)],
    ['more than a share', (memory, own) => keepAll(memory, 20, own.identityId)],
  ])('holds no more of what is %s', (_how, drop) => {
    const { memory } = open({ cacheMaxSessions: 30 })
    const told = live()
    const own = entryOf({ ...told, bytes: 1 })
    memory.keep('own', own)
    drop(memory, own)
    keepAll(memory, 64)
    // What is held among the newest would have been folded by now.
    expect(own.session).toBe(told.session)
  })

  it('holds nothing of what is too large', () => {
    const { memory } = open()
    const told = live()
    const own = entryOf({ ...told, bytes: 1_001 })
    memory.keep('own', own)
    keepAll(memory, 64)
    expect(own.session).toBe(told.session)
  })

  it('finds what it keeps, fresh or not', () => {
    const { memory, clock } = open()
    const kept = entry()
    memory.keep('a', kept)
    clock.advance(1e9)
    expect(memory.find('a')).toBe(kept)
    expect(memory.find('b')).toBeUndefined()
  })

  it('keeps as many as it may, and those that were found last', () => {
    const { memory } = open({ cacheMaxSessions: 2 })
    memory.keep('a', entry())
    memory.keep('b', entry())
    memory.find('a')
    memory.keep('c', entry())
    expect(['a', 'b', 'c'].map((key) => memory.find(key) !== undefined)).toEqual([
      true,
      false,
      true,
    ])
  })

  it('keeps as many bytes as it may', () => {
    const { memory } = open({ cacheMaxBytes: 100 })
    for (const key of 'abcde') memory.keep(key, entry(key, 30))
    expect(memory.size()).toEqual({ entries: 3, bytes: 90 })
    memory.keep('f', entry('f', 101))
    expect(memory.find('f')).toBeUndefined()
    expect(memory.size()).toEqual({ entries: 3, bytes: 90 })
  })

  it('loses the old entry of a key where the new one is too large', () => {
    const { memory } = open({ cacheMaxBytes: 100 })
    memory.keep('a', entry('old', 10))
    memory.keep('a', entry('new', 101))
    expect(memory.find('a')).toBeUndefined()
  })

  it('knows a refusal for its time, by either clock', () => {
    for (const move of ['shiftWall', 'shiftMonotonic'] as const) {
      const { memory, clock, refuse } = open()
      refuse('a')
      clock[move](1_999)
      expect(memory.isRefused('a')).toBe(true)
      clock[move](1)
      expect(memory.isRefused('a')).toBe(false)
      // A clock that is set back makes nothing younger than the other has it.
      clock.shiftWall(-10_000)
      expect(memory.isRefused('a')).toBe(move === 'shiftWall')
    }
  })

  it('knows no refusal where none is to be remembered', () => {
    const { memory, refuse } = open({ refusalTtlMs: 0 })
    memory.keep('a', entry())
    refuse('a')
    expect([memory.isRefused('a'), memory.find('a')]).toEqual([false, undefined])
    expect(memory.forget('a')).toBe(0)
  })

  it('has a key for one or the other', () => {
    const { memory, refuse } = open()
    memory.keep('a', entry())
    refuse('a')
    expect([memory.isRefused('a'), memory.find('a')]).toEqual([true, undefined])
    memory.keep('a', entry())
    expect([memory.isRefused('a'), memory.find('a') !== undefined]).toEqual([false, true])
  })

  it('bounds refusals on their own', () => {
    const { memory, refuse } = open({ cacheMaxSessions: 2 })
    memory.keep('a', entry())
    for (const key of 'bcdef') refuse(key)
    expect([...'abcdef'].filter(memory.isRefused)).toEqual(['d', 'e', 'f'])
    expect(memory.find('a')).toBeDefined()
  })

  it('forgets a key, and says how many memories that were', () => {
    const { memory, refuse } = open()
    memory.keep('a', entry())
    refuse('b')
    expect(['a', 'a', 'b', 'b', 'c'].map((key) => memory.forget(key))).toEqual([1, 0, 1, 0, 0])
  })

  it('forgets those that are meant, and no others', () => {
    const { memory } = open()
    for (const key of 'abc') memory.keep(key, entry(key === 'b' ? 'other' : 'same'))
    expect(memory.forgetWhere(({ session }) => session.id === 'same')).toBe(2)
    expect([...'abc'].map((key) => memory.find(key)?.session.id)).toEqual([
      undefined,
      'other',
      undefined,
    ])
    expect(memory.forgetWhere(() => false)).toBe(0)
  })

  it('tells who had to make room, and of nothing else that goes', () => {
    const { memory, evicted, refuse } = open({ cacheMaxSessions: 3 })
    memory.keep('a', entry('first'))
    memory.keep('a', entry('second'))
    for (const key of 'bcd') memory.keep(key, entry(key))
    expect(evicted).toEqual([['a', 'second']])
    memory.keep('e', entry('large', 1_000))
    expect(evicted.slice(1)).toEqual([...'bcd'].map((key) => [key, key]))
    memory.keep('huge', entry('huge', 1_001))
    refuse('e')
    memory.keep('f', entry())
    memory.forget('f')
    memory.keep('g', entry())
    memory.clear()
    expect(evicted).toHaveLength(4)
  })

  it('keeps eight composite credentials of one person, so that none can drive out others', () => {
    const { memory } = open({ cacheMaxSessions: 20 })
    memory.keep('other', entry('other', 1, true))
    const keys = Array.from({ length: 30 }, (_, index) => `key ${String(index)}`)
    for (const [index, key] of keys.entries()) {
      memory.keep(key, entry(`session ${String(index % 3)}`, 1, true, 'same'))
    }
    expect(keys.filter((key) => memory.find(key) !== undefined)).toEqual(keys.slice(-8))
    expect(memory.find('other')).toBeDefined()
  })

  it('keeps a twentieth of all of one person, whatever Ory issues, and tells who had to go', () => {
    const { memory, evicted } = open({ cacheMaxSessions: 600, cacheMaxBytes: 10_000 })
    memory.keep('other', entry('other'))
    for (let index = 0; index < 1_000; index += 1) {
      memory.keep(`key ${String(index)}`, entry(`session ${String(index)}`, 1, false, 'same'))
    }
    expect(memory.size().entries).toBe(31)
    expect(memory.find('other')).toBeDefined()
    expect(evicted).toHaveLength(970)
    expect(evicted.at(-1)).toEqual(['key 969', 'session 969'])
  })

  it('keeps fewer of one person that take the room of many', () => {
    const { memory, evicted } = open({ cacheMaxSessions: 1_000, cacheMaxBytes: 16 * 1024 * 1000 })
    memory.keep('other', entry('other'))
    // A place is 64 KiB, so that each of these takes ten of fifty.
    for (const key of 'abcdefg') memory.keep(key, entry(key, 11 * 65_536 - 1, false, 'same'))
    expect([...'abcdefg'].filter((key) => memory.find(key))).toEqual([...'cdefg'])
    expect(evicted.map(([key]) => key)).toEqual(['a', 'b'])
    memory.keep('h', entry('h', 50 * 65_536, false, 'same'))
    expect(memory.size().entries).toBe(2)
    memory.keep('i', entry('i', 51 * 65_536, false, 'same'))
    expect(memory.size().entries).toBe(1)
    expect(memory.find('other')).toBeDefined()
  })

  it('counts also a session that takes all the bytes there are', () => {
    const { memory, evicted } = open({ cacheMaxSessions: 100, cacheMaxBytes: 100_000 })
    memory.keep('all', entry('s', 100_000))
    // By its bytes it has 24 places, and 20 are a share.
    expect([memory.find('all'), evicted]).toEqual([undefined, [['all', 's']]])
  })

  it('takes no usual session for more than one, however little room there is', () => {
    const { memory } = open({ cacheMaxSessions: 1_000, cacheMaxBytes: 1_000_000 })
    for (let index = 0; index < 60; index += 1) {
      memory.keep(String(index), entry(String(index), 8_191, false, 'same'))
    }
    expect(memory.size().entries).toBe(50)
  })

  it('counts a credential once, and no longer when it is gone', () => {
    const { memory } = open({ cacheMaxSessions: 20 })
    const keys = [...'abcdefgh']
    for (const key of [...keys, ...keys]) memory.keep(key, entry('same', 1, true))
    memory.forget('h')
    memory.keep('i', entry('same', 1, true))
    expect([...keys, 'i'].filter((key) => memory.find(key))).toEqual([...'abcdefg', 'i'])
    memory.clear()
    for (const key of keys) memory.keep(key, entry('same', 1, true))
    expect(memory.size().entries).toBe(8)
    // One that is too large to be kept does not count.
    memory.keep('huge', entry('same', 1_001, true))
    memory.keep('i', entry('same', 1, true))
    expect([...keys, 'i'].filter((key) => memory.find(key))).toEqual([...'bcdefgh', 'i'])
    memory.clear()
    for (const key of keys) memory.keep(key, entry('same', 1, true))
    // The same credential may come to stand for another session.
    memory.keep('a', entry('other', 1, true))
    memory.keep('i', entry('same', 1, true))
    expect([...keys, 'i'].every((key) => memory.find(key))).toBe(true)
  })

  it('keeps as many of one session as Ory issued, each of them a cookie', () => {
    const { memory } = open({ cacheMaxSessions: 20 })
    for (const key of 'abcdefghijkl') memory.keep(key, entry('same'))
    expect(memory.size().entries).toBe(12)
  })

  it('can be emptied', () => {
    const { memory, refuse } = open()
    memory.keep('a', entry())
    refuse('b')
    memory.clear()
    expect(memory.size()).toEqual({ entries: 0, bytes: 0 })
    expect([memory.find('a'), memory.isRefused('b')]).toEqual([undefined, false])
  })

  it('counts what each has, though it is told of who made room by a clock that throws', () => {
    let isThrowing = false
    const { memory } = open({
      cacheMaxSessions: 40,
      onEvicted() {
        if (isThrowing) throw new TypeError('out of order')
      },
    })
    const names = (from: string, count: number): string[] =>
      Array.from({ length: count }, (_, index) => `${from} ${index}`)
    const held = (from: string, count: number): number =>
      names(from, count).filter((name) => memory.find(name)).length
    const keep = (name: string, identity: string): void =>
      memory.keep(name, entry(name, 1, false, identity))
    for (const name of names('mallory', 20)) keep(name, 'mallory')
    for (const name of names('alice', 20)) keep(name, 'alice')
    isThrowing = true
    for (const name of names('bob', 10)) expect(() => keep(name, 'bob')).toThrow('out of order')
    isThrowing = false
    expect([held('mallory', 20), held('bob', 10)]).toEqual([10, 10])
    for (const name of names('more', 100)) keep(name, 'mallory')
    expect(held('mallory', 20) + held('more', 100)).toBe(20)
  })
})
