import { describe, expect, it } from '@jest/globals'
import { isOwnSession } from '../../../lib/session/freeze-session.js'
import { entryOf, facts, live } from './entries.js'

describe('Entry', () => {
  it('has what is judged by, the ids, and times in whole milliseconds', () => {
    const told = live()
    const { session, bytes, rank, methods, isVerified, authenticatedAt, expiresAt } = told
    expect(entryOf(told)).toMatchObject({
      ...facts,
      ...{ now: 1, monotonic: 2, isRefreshDue: false, isRefreshTried: false },
      ...{ bytes, rank, methods, isVerified, authenticatedAt, expiresAt },
      ...{ sessionId: session.id, identityId: session.identity.id },
    })
  })

  it('gives the session that Ory told of, as long as it is not folded', () => {
    const told = live()
    const entry = entryOf(told)
    expect([entry.session, entry.session]).toEqual([told.session, told.session])
    expect(entry.session).toBe(told.session)
  })

  it('reads it again once it is folded: equal, frozen all the way down, ours, and from then on the same', () => {
    const told = live()
    const entry = entryOf(told)
    entry.fold()
    const again = entry.session
    expect(again).not.toBe(told.session)
    expect(again).toEqual(told.session)
    expect(isOwnSession(again)).toBe(true)
    const { identity, authentication_methods: methods } = again
    expect([again, identity, identity.traits, methods, methods[0]].every(Object.isFrozen)).toBe(
      true,
    )
    entry.fold()
    expect(entry.session).toBe(again)
  })

  it('is not folded once somebody has asked for the session', () => {
    const told = live()
    const entry = entryOf(told)
    const { session } = entry
    entry.fold()
    expect(entry.session).toBe(session)
    expect(session).toBe(told.session)
  })

  it('is not folded where it follows another with the same session', () => {
    const told = live()
    const next = entryOf(entryOf(told))
    next.fold()
    expect(next.session).toBe(told.session)
  })

  it('is not folded where an application’s schema had a say in it', () => {
    const told = { ...live(), text: undefined }
    const entry = entryOf(told)
    entry.fold()
    expect(entry.session).toBe(told.session)
  })
})
