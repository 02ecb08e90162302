import { describe, expect, it } from '@jest/globals'
import { attachSession, getSession, isPropertyTaken } from '../../../lib/http/request-session.js'
import { freezeSession } from '../../../lib/session/freeze-session.js'
import type { Session } from '../../../lib/session/session.js'
import { sessionBody } from '../support/session-body.js'

function session(): Session {
  const made = sessionBody() as unknown as Session
  freezeSession(made)
  return made
}

describe('getSession', () => {
  it('gives what was attached, wherever it was', () => {
    for (const property of ['session', 'ory']) {
      const request: Record<string, unknown> = {}
      const own = session()
      attachSession(request, property, own)
      expect(request[property]).toBe(own)
      expect(getSession(request)).toBe(own)
      expect(Object.keys(request)).toEqual([property])
    }
  })

  it.each<[string, object]>([
    ['nothing', {}],
    ['what express-session puts there', { session: { cookie: {}, id: 'a' } }],
    ['what looks like a session', { session: sessionBody() }],
    [
      'what looks like a session at the very place',
      { [Symbol.for('express-ory-session.attached')]: sessionBody() },
    ],
  ])('does not believe %s', (_title, request) => {
    expect(getSession(request)).toBeUndefined()
  })

  it('tells what was attached last, by whatever name', () => {
    const [first, second] = [session(), session()]
    const request = {}
    attachSession(request, 'session', first)
    attachSession(request, 'ory', second)
    expect(getSession(request)).toBe(second)
    attachSession(request, 'session', first)
    expect(getSession(request)).toBe(first)
    attachSession(request, 'ory', undefined)
    expect(getSession(request)).toBeUndefined()
  })

  it('tells of a session that came to the usual property after another', () => {
    const [first, second] = [session(), session()]
    const request: Record<string, unknown> = {}
    attachSession(request, 'ory', first)
    attachSession(request, 'session', second)
    expect(getSession(request)).toBe(second)
    delete request['session']
    attachSession(request, 'ory', first)
    attachSession(request, 'session', second)
    expect(getSession(request)).toBe(second)
  })

  it.each(['session', 'ory'])('tells of none after none was attached as %s', (last) => {
    const request = {}
    attachSession(request, 'session', session())
    attachSession(request, 'ory', session())
    attachSession(request, last, undefined)
    expect(getSession(request)).toBeUndefined()
  })

  it('takes a session back', () => {
    const request: Record<string, unknown> = {}
    attachSession(request, 'session', session())
    attachSession(request, 'session', undefined)
    expect([getSession(request), request['session']]).toEqual([undefined, undefined])
  })

  it.each(['session', 'ory'])('leaves no trace where there is no session: %s', (property) => {
    const request = Object.freeze({})
    attachSession(request, property, undefined)
    expect(Reflect.ownKeys(request)).toEqual([])
  })
})

describe('isPropertyTaken', () => {
  it.each<[string, unknown, boolean]>([
    ['nothing', undefined, false],
    ['a session of this package', session(), false],
    ['null, as cookie-session leaves it', null, true],
    ['an object of express-session', { cookie: {} }, true],
    ['what looks like a session', sessionBody(), true],
    ['a copy of a session', { ...session() }, true],
    ['false', false, true],
    ['text', '', true],
  ])('sees %s rightly', (_title, value, expected) => {
    expect(isPropertyTaken({ session: value }, 'session')).toBe(expected)
  })

  it('sees what a prototype of the request has', () => {
    expect(isPropertyTaken(Object.create({ session: { cookie: {} } }) as object, 'session')).toBe(
      true,
    )
  })
})
