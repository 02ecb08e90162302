import { describe, expect, it } from '@jest/globals'
import { freezeSession, isOwnSession } from '../../../lib/session/freeze-session.js'
import { parseSession } from '../../../lib/session/parse-session.js'
import { rereadSession } from '../../../lib/session/reread-session.js'
import { objectsIn } from '../support/objects-in.js'
import { sessionBody } from '../support/session-body.js'

describe('rereadSession', () => {
  it.each([
    ['a session', '', ''],
    ['one that says of itself that it is stale', '{', '{"stale":true,'],
    ['one with a __proto__', '"traits":{', '"traits":{"__proto__":{"admin":true},'],
  ])('makes of %s what was made of it at first', (_title, from, to) => {
    const text = JSON.stringify(sessionBody()).replace(from, to)
    const { session, contents } = parseSession(JSON.parse(text), text)!
    freezeSession(session, contents.objects)
    const ids = { sessionId: session.id, identityId: session.identity.id }
    const again = rereadSession(text, ids)
    expect(again).not.toBe(session)
    expect(JSON.stringify(again)).toBe(JSON.stringify(session))
    expect(again).toEqual(sessionBody())
    expect(isOwnSession(again)).toBe(true)
    expect(objectsIn(again).filter((part) => !Object.isFrozen(part))).toEqual([])
  })
})
