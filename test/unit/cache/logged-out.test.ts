import { describe, expect, it } from '@jest/globals'
import { createDeparted } from '../../../lib/cache/logged-out.js'
import type { Departed } from '../../../lib/cache/logged-out.js'
import { createFakeClock } from '../support/fake-clock.js'

function open(max = 10) {
  const clock = createFakeClock()
  const departed = createDeparted(max, 2_000, clock)
  const note = (key: string, id: string, identity: string, isComposite = false): void => {
    departed.note(key, { sessionId: id, identityId: identity, forcedAt: 7, isComposite })
  }
  return { clock, departed, note }
}

describe('createDeparted', () => {
  it('knows for a minute what was logged out', () => {
    const { clock, departed } = open()
    departed.end('k', 'us')
    clock.advance(59_999)
    expect([departed.hasEnded('k'), departed.hasEnded('other')]).toEqual([true, false])
    clock.advance(1)
    expect(departed.hasEnded('k')).toBe(false)
  })

  it('knows the last `max` log-outs at least, each by its credential and its session', () => {
    const { departed } = open(3)
    const names = [1, 2, 3, 4, 5].map((number) => [`key ${number}`, `session ${number}`])
    for (const name of names.flat()) departed.end(name, 'us')
    expect(names.slice(-3).flat().filter(departed.hasEnded)).toHaveLength(6)
  })

  it('lets no junk push out the log-out of a session', () => {
    const { clock, departed } = open()
    departed.end('k', 'us')
    departed.end('l', 'ory')
    for (let junk = 0; junk < 100; junk += 1) departed.end(`junk ${junk}`, 'nobody')
    expect([departed.hasEnded('k'), departed.hasEnded('l')]).toEqual([true, true])
    // It is refused for as long, while there is room.
    expect(['junk 99', 'junk 0'].map((name) => departed.hasEnded(name))).toEqual([true, false])
    clock.advance(60_000)
    expect(departed.hasEnded('junk 99')).toBe(false)
    departed.end('junk', 'nobody')
    departed.end('l', 'ory')
    departed.end('k', 'us')
    departed.clear()
    expect(['junk', 'l', 'k'].map(departed.hasEnded)).toEqual([false, false, false])
  })

  it('lets nobody who has cookies of one session to log out push out what was known here', () => {
    const { departed } = open()
    departed.end('k', 'us')
    for (let cookie = 0; cookie < 100; cookie += 1) departed.end(`cookie ${cookie}`, 'ory')
    expect(departed.hasEnded('k')).toBe(true)
    expect(['cookie 99', 'cookie 0'].map(departed.hasEnded)).toEqual([true, false])
  })

  it('knows for its time whose session one was that may not be kept', () => {
    const { clock, departed, note } = open()
    note('k', 's', 'i')
    clock.advance(1_999)
    expect(departed.find('k')).toMatchObject({ sessionId: 's', identityId: 'i', forcedAt: 7 })
    clock.advance(1)
    expect(departed.find('k')).toBeUndefined()
  })

  it('knows the last ones at least, as many as there is room for, and twice as many at most', () => {
    const { departed, note } = open(30)
    const known = (from: number, to: number): number =>
      Array.from({ length: to - from }, (_, index) => `k${from + index}`).filter((key) =>
        departed.find(key),
      ).length
    for (let count = 1; count <= 200; count += 1) {
      note(`k${count}`, 's', `i${count}`)
      expect(known(Math.max(count - 29, 1), count + 1)).toBe(Math.min(count, 30))
      expect(known(1, count + 1)).toBeLessThanOrEqual(60)
    }
  })

  it('knows the last that was noted of a key, and counts it for that person alone', () => {
    const { departed, note } = open(100)
    note('k', 's', 'i')
    note('k', 't', 'j')
    expect(departed.find('k')).toMatchObject({ sessionId: 't', identityId: 'j' })
    // The share of one is not the other's: nothing of j goes for the sake of what i has.
    for (let count = 0; count < 21; count += 1) note(`of i ${count}`, 's', 'i')
    expect(departed.find('k')).toBeDefined()
    expect(['of i 0', 'of i 1'].map((key) => departed.find(key)?.identityId)).toEqual([
      undefined,
      'i',
    ])
  })

  it('forgets one that was noted long ago and again', () => {
    const { departed, note } = open(30)
    for (let time = 0; time < 3; time += 1) {
      note('k', 's', 'i')
      for (let count = 0; count < 30; count += 1) note(`${time} ${count}`, 't', `${time} ${count}`)
    }
    note('k', 's', 'i')
    departed.forget({ key: 'k' })
    expect(departed.find('k')).toBeUndefined()
    note('k', 's', 'i')
    departed.forget({ session: 's' })
    expect(departed.find('k')).toBeUndefined()
  })

  it('lets no credential of several cookies push out others', () => {
    const { clock, departed, note } = open()
    note('k', 's', 'i')
    for (let count = 0; count < 100; count += 1) note(`made ${count}`, 's', 'i', true)
    expect(departed.find('k')).toBeDefined()
    expect(['made 99', 'made 92', 'made 91'].map((key) => departed.find(key)?.identityId)).toEqual([
      'i',
      'i',
      undefined,
    ])
    clock.advance(2_000)
    expect(departed.find('made 99')).toBeUndefined()
    note('made', 's', 'i', true)
    departed.clear()
    expect(departed.find('made')).toBeUndefined()
  })

  it('lets nobody take more than a share, who may have as many again once those are gone', () => {
    const { clock, departed, note } = open(50)
    note('k', 's', 'other')
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 200; count += 1) note(`${round} ${count}`, 's', 'i')
      const found = (count: number) => departed.find(`${round} ${count}`) !== undefined
      expect([179, 180, 199].map(found)).toEqual([false, true, true])
      departed.forget({ identity: 'i' })
    }
    expect(departed.find('k')).toBeDefined()
    clock.advance(2_000)
    expect(departed.find('k')).toBeUndefined()
  })

  it.each([
    ['a key', { key: 'a' }, ['b', 'c']],
    ['a key of several cookies', { key: 'b' }, ['a', 'c']],
    ['a session', { session: 's' }, ['c']],
    ['an identity', { identity: 'j' }, ['a', 'b']],
    ['nobody', { session: 'i' }, ['a', 'b', 'c']],
  ])('forgets %s, but not what was logged out', (_title, what, left) => {
    const { departed, note } = open()
    note('a', 's', 'i')
    note('b', 's', 'i', true)
    note('c', 't', 'j')
    departed.end('a', 'us')
    departed.forget(what)
    expect(['a', 'b', 'c'].filter((key) => departed.find(key))).toEqual(left)
    expect(departed.hasEnded('a')).toBe(true)
  })

  it.each<[string, (departed: Departed) => void]>([
    ['its key', (departed) => departed.forget({ key: 'k' })],
    ['its session', (departed) => departed.forget({ session: 's' })],
    ['its identity', (departed) => departed.forget({ identity: 'i' })],
    ['all', (departed) => departed.clear()],
  ])('forgets what is in the older generation by %s', (_title, forget) => {
    const { departed, note } = open(30)
    note('k', 's', 'i')
    for (let count = 0; count < 30; count += 1) note(`o${count}`, 't', `j${count}`)
    expect(departed.find('k')).toBeDefined()
    forget(departed)
    expect(departed.find('k')).toBeUndefined()
  })

  it('forgets all', () => {
    const { departed, note } = open()
    note('a', 's', 'i')
    departed.end('a', 'us')
    departed.clear()
    expect([departed.find('a'), departed.hasEnded('a')]).toEqual([undefined, false])
  })
})
