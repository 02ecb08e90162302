import { describe, expect, it } from '@jest/globals'
import { isOwnSession } from '../../../lib/session/freeze-session.js'
import { entryOf, live, validity } from './entries.js'

describe('Entry', () => {
  it('has the values that a policy judges by, its owner, and the moment of the call', () => {
    const { session, text } = live()
    const { bytes, rank, methods, isVerified, authenticatedAt, expiresAt } = session
    expect(entryOf(session, text)).toMatchObject({
      ...validity,
      ...{ now: 1, monotonic: 2, isRefreshDue: false, isRefreshTried: false },
      ...{ bytes, rank, methods, isVerified, authenticatedAt, expiresAt },
      note: { sessionId: session.session.id, identityId: session.session.identity.id },
    })
  })

  it('reads the session from the text: equal, frozen all the way down, ours, and once', () => {
    const { session: said, text } = live()
    const entry = entryOf(said, text)
    const again = entry.session
    expect(again).not.toBe(said.session)
    expect(again).toEqual(said.session)
    expect(isOwnSession(again)).toBe(true)
    const { identity, authentication_methods: methods } = again
    expect([again, identity, identity.traits, methods, methods[0]].every(Object.isFrozen)).toBe(
      true,
    )
    expect(entry.session).toBe(again)
  })

  it('keeps the session itself where an application’s schema had a say in it', () => {
    const { session } = live()
    expect(entryOf(session).session).toBe(session.session)
  })

  it('knows the text that it was read from, before and after a hit', () => {
    const { session, text } = live()
    const entry = entryOf(session, text)
    const others = [text.replace('alice', 'alicf'), `${text} `, '', 'undefined']
    const known = () => [text, ...others].map((one) => entry.isReadFrom(one))
    const before = known()
    expect(entry.session).toEqual(session.session)
    expect([before, known()]).toEqual(Array(2).fill([true, false, false, false, false]))
  })

  it('knows no text where it has none', () => {
    const { session, text } = live()
    const entry = entryOf(session)
    expect([text, 'undefined', ''].map((one) => entry.isReadFrom(one))).toEqual([
      false,
      false,
      false,
    ])
  })

  it('begins anew with the moment and the validity of a later answer', () => {
    const { session, text } = live()
    const entry = entryOf(session, text)
    const before = entry.session
    entry.isRefreshDue = true
    entry.isRefreshTried = true
    entry.renew({ now: 7, monotonic: 8 }, { ttlMs: 9, behindMs: 10 })
    expect(entry).toMatchObject({
      ...{ now: 7, monotonic: 8, ttlMs: 9, behindMs: 10 },
      ...{ isRefreshDue: false, isRefreshTried: false },
    })
    expect(entry.session).toBe(before)
  })
})
