import { describe, expect, it } from '@jest/globals'
import { Entry } from '../../../lib/cache/entry.js'
import { createSessionStore } from '../../../lib/cache/session-store.js'
import type { SessionStoreSettings } from '../../../lib/cache/session-store.js'
import { clocks, live, validity } from './entries.js'

interface Kept {
  readonly bytes?: number
  readonly session?: string
  readonly identity?: string
  readonly isComposite?: boolean
}

function open(settings: Partial<SessionStoreSettings> = {}) {
  const { clock, cacheClock } = clocks()
  const store = createSessionStore(
    {
      ...{
        cacheMaxSessions: 10,
        cacheMaxBytes: 1_000_000,
        cacheTtlMs: 10_000,
        refusalTtlMs: 2_000,
      },
      ...settings,
    },
    cacheClock,
  )
  const note = (key: string, kept: Kept = {}) =>
    store.note(
      {
        key,
        sessionId: kept.session ?? `session of ${key}`,
        identityId: kept.identity ?? `identity of ${key}`,
        isComposite: kept.isComposite ?? false,
        bytes: kept.bytes ?? 1,
      },
      cacheClock.read(),
    )
  return {
    clock,
    store,
    note,
    keep(key: string, kept: Kept = {}): Entry {
      const session = { ...live().session, bytes: kept.bytes ?? 1 }
      const entry = new Entry(session, '', note(key, kept), cacheClock.read(), validity)
      store.keep(key, entry)
      return entry
    },
    refuse: (key: string) => store.refuse(key, cacheClock.read()),
    kept: (keys: string | readonly string[]) =>
      [...keys].filter((key) => store.find(key) !== undefined),
    known: (keys: string | readonly string[]) =>
      [...keys].filter((key) => store.recall(key) !== undefined),
  }
}

const numbered = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${from} ${index}`)

describe('createSessionStore', () => {
  it('finds what it keeps, fresh or not', () => {
    const { store, keep, clock } = open()
    const entry = keep('a')
    clock.advance(1e9)
    expect(store.find('a')).toBe(entry)
    expect(store.find('b')).toBeUndefined()
  })

  it('keeps as many sessions as it may, those that were found last', () => {
    const { store, keep, kept, known } = open({ cacheMaxSessions: 2 })
    keep('a')
    keep('b')
    store.find('a')
    keep('c')
    expect(kept('abc')).toEqual(['a', 'c'])
    expect(known('abc')).toEqual(['a', 'b', 'c'])
  })

  it('keeps as many bytes as it may, and none that is larger', () => {
    const { store, keep, kept } = open({ cacheMaxBytes: 100 })
    for (const key of 'abcde') keep(key, { bytes: 30 })
    expect(store.size()).toEqual({ entries: 3, bytes: 90 })
    keep('f', { bytes: 101 })
    expect(kept('f')).toEqual([])
    expect(store.size()).toEqual({ entries: 3, bytes: 90 })
  })

  it('loses the old session of a key where the new one is too large', () => {
    const { keep, kept } = open({ cacheMaxBytes: 100 })
    keep('a', { bytes: 10 })
    keep('a', { bytes: 101 })
    expect(kept('a')).toEqual([])
  })

  it('remembers a refusal for its time, by either clock', () => {
    for (const move of ['shiftWall', 'shiftMonotonic'] as const) {
      const { store, clock, refuse } = open()
      refuse('a')
      clock[move](1_999)
      expect(store.isRefused('a')).toBe(true)
      clock[move](1)
      expect(store.isRefused('a')).toBe(false)
      // A clock that is set back makes nothing younger than the other has it.
      clock.shiftWall(-10_000)
      expect(store.isRefused('a')).toBe(move === 'shiftWall')
    }
  })

  it('remembers no refusal where refusalTtlMs is 0', () => {
    const { store, keep, kept, refuse } = open({ refusalTtlMs: 0 })
    keep('a')
    refuse('a')
    expect([store.isRefused('a'), kept('a'), store.forget({ key: 'a' })]).toEqual([false, [], 0])
  })

  it('has a session or a refusal of a key, whichever came last', () => {
    const { store, keep, kept, known, refuse, note } = open()
    keep('a')
    refuse('a')
    expect([store.isRefused('a'), kept('a'), known('a')]).toEqual([true, [], []])
    note('a')
    expect([store.isRefused('a'), kept('a'), known('a')]).toEqual([false, [], ['a']])
  })

  it('bounds refusals apart, so that they evict no session', () => {
    const { store, keep, kept, refuse } = open({ cacheMaxSessions: 2 })
    keep('a')
    for (const key of 'bcdef') refuse(key)
    expect([...'abcdef'].filter(store.isRefused)).toEqual(['d', 'e', 'f'])
    expect(kept('a')).toEqual(['a'])
  })

  it.each([
    ['a key', { key: 'a' }, 1, ['b', 'c', 'd']],
    ['a session', { session: 's' }, 2, ['c', 'd']],
    ['an identity', { identity: 'i' }, 3, ['d']],
    ['nobody', { identity: 's' }, 0, ['a', 'b', 'c', 'd']],
  ])(
    'forgets sessions and notes by %s, and says how many sessions went',
    (_title, what, count, left) => {
      const { store, keep, kept, known } = open()
      keep('a', { session: 's', identity: 'i' })
      keep('b', { session: 's', identity: 'i' })
      keep('c', { session: 't', identity: 'i' })
      keep('d')
      expect(store.forget(what)).toBe(count)
      expect([kept('abcd'), known('abcd')]).toEqual([left, left])
      expect(store.forget(what)).toBe(0)
    },
  )

  it('forgets a refusal, which counts, and a note, which does not', () => {
    const { store, refuse, note, known } = open()
    refuse('a')
    note('b', { identity: 'i' })
    expect(['a', 'a', 'b'].map((key) => store.forget({ key }))).toEqual([1, 0, 0])
    expect(known('b')).toEqual([])
    note('c', { identity: 'i' })
    expect(store.forget({ identity: 'i' })).toBe(0)
    expect(known('c')).toEqual([])
  })

  it('releases a session, but not its note', () => {
    const { store, keep, kept, known } = open()
    keep('a', { identity: 'i' })
    store.release('a')
    expect([kept('a'), known('a')]).toEqual([[], ['a']])
    expect(store.forget({ identity: 'i' })).toBe(0)
    expect(known('a')).toEqual([])
  })

  it('releases a refusal', () => {
    const { store, refuse } = open()
    refuse('a')
    store.release('a')
    expect(store.isRefused('a')).toBe(false)
  })

  it('lets no session be there without its note, by which it could be invalidated', () => {
    const { store, keep, note, kept } = open({ cacheMaxSessions: 2 })
    keep('a', { identity: 'i' })
    // `a` was used last, and others were written after it.
    for (const key of 'bcde') {
      note(key)
      store.find('a')
    }
    expect(kept('a')).toEqual([])
    keep('a', { identity: 'i' })
    keep('a', { identity: 'j' })
    expect(store.forget({ identity: 'i' })).toBe(0)
    expect(store.forget({ identity: 'j' })).toBe(1)
  })

  it('keeps a twentieth of all for one identity, whatever credentials Ory issues', () => {
    const { store, keep, kept, known } = open({ cacheMaxSessions: 600, cacheMaxBytes: 10_000 })
    keep('other')
    const keys = numbered('key', 1_000)
    for (const key of keys) keep(key, { identity: 'same' })
    expect(kept(keys)).toEqual(keys.slice(-30))
    expect(known(keys)).toEqual(keys.slice(-30))
    expect([kept(['other']), store.size().entries]).toEqual([['other'], 31])
  })

  it('keeps eight composite credentials of one identity at most, within its share', () => {
    const { keep, kept } = open({ cacheMaxSessions: 20 })
    keep('other', { isComposite: true })
    const keys = numbered('key', 30)
    for (const key of keys) keep(key, { identity: 'same', isComposite: true })
    expect(kept(keys)).toEqual(keys.slice(-8))
    // Two more of one cookie take the weight of one.
    keep('plain', { identity: 'same' })
    keep('plainer', { identity: 'same' })
    expect(kept([...keys, 'plain', 'plainer', 'other'])).toEqual([
      ...keys.slice(-7),
      'plain',
      'plainer',
      'other',
    ])
  })

  it('keeps fewer large sessions of one identity', () => {
    const settings = { cacheMaxSessions: 1_000, cacheMaxBytes: 16 * 1024 * 1000 }
    const { keep, kept, known } = open(settings)
    keep('other')
    // A weight is 64 KiB, so that each of these takes ten of fifty.
    for (const key of 'abcdefg') keep(key, { bytes: 11 * 65_536 - 1, identity: 'same' })
    expect(kept('abcdefg')).toEqual([...'cdefg'])
    keep('h', { bytes: 50 * 65_536, identity: 'same' })
    expect(kept('abcdefgh')).toEqual(['h'])
    keep('i', { bytes: 51 * 65_536, identity: 'same' })
    expect([kept('i'), known('i'), kept(['other'])]).toEqual([[], ['i'], ['other']])
  })

  it('lets a large composite take no more than a share, and no less', () => {
    const settings = { cacheMaxSessions: 1_000, cacheMaxBytes: 16 * 1024 * 1000 }
    const { keep, kept } = open(settings)
    const large = { bytes: 10 * 65_536, identity: 'same', isComposite: true }
    for (const key of 'abc') keep(key, large)
    expect(kept('abc')).toEqual(['c'])
  })

  it('takes no usual session for more than one, however little room there is', () => {
    const { store, keep } = open({ cacheMaxSessions: 1_000 })
    for (const key of numbered('key', 60)) keep(key, { bytes: 8_191, identity: 'same' })
    expect(store.size().entries).toBe(50)
  })

  it('counts a credential once, and no longer when it is gone or another’s', () => {
    const { store, keep, kept, known } = open({ cacheMaxSessions: 20 })
    const same = { identity: 'same', isComposite: true }
    const keys = [...'abcdefgh']
    for (const key of [...keys, ...keys]) keep(key, same)
    store.forget({ key: 'h' })
    keep('i', same)
    expect(kept([...keys, 'i'])).toEqual([...'abcdefgi'])
    keep('a', { identity: 'other', isComposite: true })
    keep('j', same)
    expect(known([...keys, 'i', 'j'])).toEqual([...'abcdefgij'])
  })

  it('can be emptied', () => {
    const { store, keep, kept, known, refuse } = open()
    keep('a', { identity: 'i' })
    refuse('b')
    store.clear()
    expect(store.size()).toEqual({ entries: 0, bytes: 0 })
    expect([kept('a'), known('a'), store.isRefused('b')]).toEqual([[], [], false])
    keep('c', { identity: 'i' })
    expect(store.forget({ identity: 'i' })).toBe(1)
  })
})
