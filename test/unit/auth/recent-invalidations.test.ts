import { describe, expect, it } from '@jest/globals'
import { createRecentInvalidations, mostRecent } from '../../../lib/auth/recent-invalidations.js'
import type { Invalidation } from '../../../lib/cache/invalidation.js'

const is =
  (session: string) =>
  (what: Invalidation): boolean =>
    'session' in what && what.session === session

describe('createRecentInvalidations', () => {
  it('finds what was added at a position or later, and nothing from before', () => {
    const recent = createRecentInvalidations()
    recent.add({ session: 'ada' })
    const position = recent.end()
    recent.add({ session: 'bob' })
    expect(recent.some(position, is('ada'))).toBe(false)
    expect(recent.some(position, is('bob'))).toBe(true)
    expect(recent.some(0, is('ada'))).toBe(true)
  })

  it('forgets the oldest above its bound, and says that it does not know', () => {
    const recent = createRecentInvalidations()
    recent.add({ session: 'ada' })
    for (let index = 1; index < mostRecent; index += 1) recent.add({ session: 'bob' })
    expect(recent.some(0, is('ada'))).toBe(true)
    recent.add({ session: 'eve' })
    expect(recent.some(0, is('ada'))).toBeUndefined()
    expect(recent.some(1, is('ada'))).toBe(false)
    expect(recent.some(1, is('eve'))).toBe(true)
  })

  it('says that it does not know what it has cleared', () => {
    const recent = createRecentInvalidations()
    recent.add({ session: 'ada' })
    recent.clear()
    expect(recent.some(0, is('ada'))).toBeUndefined()
    expect(recent.some(recent.end(), is('ada'))).toBe(false)
  })
})
