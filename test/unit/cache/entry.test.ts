import { describe, expect, it } from '@jest/globals'
import { Entry } from '../../../lib/cache/entry.js'
import { createNewest } from '../../../lib/cache/newest.js'
import { freezeSession, isOwnSession } from '../../../lib/session/freeze-session.js'
import { parseSession } from '../../../lib/session/parse-session.js'
import type { LiveSession } from '../../../lib/session/parse-session.js'
import { identityBody, sessionBody } from '../support/session-body.js'

const facts = { ttlMs: 10_000, behindMs: 0, isComposite: false, forcedAt: -Infinity }

/** A session as it came over the wire. */
function live(members: Record<string, unknown> = {}, from = '', to = ''): LiveSession {
  const text = JSON.stringify(sessionBody(members)).replace(from, to)
  const { contents, ...parsed } = parseSession(JSON.parse(text), text)!
  freezeSession(parsed.session, contents.objects)
  return parsed
}

const entryOf = (session: LiveSession): Entry =>
  new Entry(session, { now: 1.5, monotonic: 2.5 }, facts)

describe('Entry', () => {
  it('has what is judged by, the ids, and times in whole milliseconds', () => {
    const { session, bytes, rank, methods, isVerified, authenticatedAt, expiresAt } = live()
    expect(entryOf(live())).toMatchObject({
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

  it('loses again what is not Ory’s to say', () => {
    const traits = '"traits":{'
    const odd = live({ stale: true }, traits, `${traits}"__proto__":{"admin":true},`)
    const entry = entryOf(odd)
    entry.fold()
    expect(entry.session).toEqual(odd.session)
    expect(entry.session).not.toHaveProperty('stale')
    expect(JSON.stringify(entry.session)).not.toContain('__proto__')
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
    const told = { ...live({ identity: identityBody({ traits: { n: 1 } }) }), text: undefined }
    const entry = entryOf(told)
    entry.fold()
    expect(entry.session).toBe(told.session)
  })
})

describe('createNewest', () => {
  const fill = (count: number, newest = createNewest()) => {
    const all = Array.from({ length: count }, () => live())
    const entries = all.map(entryOf)
    entries.forEach(newest.add)
    return {
      newest,
      stay: () => entries.map((entry, index) => entry.session === all[index]!.session),
    }
  }

  it('folds none of the last 64', () => {
    expect(fill(64).stay()).not.toContain(false)
  })

  it('folds those before, oldest first', () => {
    expect(fill(65).stay().indexOf(true)).toBe(1)
    expect(fill(150).stay().indexOf(true)).toBe(150 - 64)
    expect(fill(150).stay().lastIndexOf(false)).toBe(150 - 65)
  })

  it('lets go of all when it is cleared', () => {
    const { newest, stay } = fill(64)
    newest.clear()
    fill(64, newest)
    expect(stay()).not.toContain(false)
  })
})
