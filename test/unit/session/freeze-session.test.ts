import { describe, expect, it, jest } from '@jest/globals'
import { freezeSession, isOwnSession, markStale } from '../../../lib/session/freeze-session.js'
import { parse } from '../support/parse.js'
import type { Session } from '../../../lib/session/session.js'
import { identityBody, sessionBody } from '../support/session-body.js'

const session = (traits?: unknown): Session => {
  const identity = traits === undefined ? identityBody() : identityBody({ traits })
  return sessionBody({ identity }) as unknown as Session
}

/** Every plain object and list below a value, itself included. */
function below(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found
  found.add(value)
  Object.values(value).forEach((item) => below(item, found))
  return found
}

function frozen(traits?: unknown): Session {
  const made = session(traits)
  freezeSession(made)
  return made
}

describe('freezeSession', () => {
  it('freezes all the way down', () => {
    const all = [...below(frozen())]
    expect(all.length).toBeGreaterThan(10)
    expect(all.filter((value) => !Object.isFrozen(value))).toEqual([])
  })

  it('freezes the parts that it is given, which are all that a session was parsed into', () => {
    const { session: made, contents } = parse(sessionBody())!
    freezeSession(made, contents.objects)
    const all = [...below(made)]
    expect(all.length).toBeGreaterThan(10)
    expect(all.filter((value) => !Object.isFrozen(value))).toEqual([])
    expect(isOwnSession(made)).toBe(true)
  })

  it('lets nobody change what others see', () => {
    const { identity, authentication_methods } = frozen()
    const { traits } = identity
    expect(() => (traits['role'] = 'admin')).toThrow(TypeError)
    expect(() => authentication_methods.push({ method: 'totp' })).toThrow(TypeError)
    expect(() => Object.assign(identity, { state: 'inactive' })).toThrow(TypeError)
  })

  it('freezes what a schema has frozen at its surface alone', () => {
    const { identity } = frozen(Object.freeze({ name: { first: 'Alice' } }))
    expect(Object.isFrozen((identity.traits as { name: object }).name)).toBe(true)
  })

  it('comes to an end on traits that lead back to themselves', () => {
    const traits: Record<string, unknown> = { list: [] }
    traits['self'] = traits
    ;(traits['list'] as unknown[]).push(traits)
    expect(Object.isFrozen(frozen(traits).identity.traits)).toBe(true)
  })

  it('freezes an object without a prototype', () => {
    const traits: Record<string, unknown> = Object.assign(Object.create(null), { a: { b: 1 } })
    frozen(traits)
    expect([traits, traits['a']].map((value) => Object.isFrozen(value))).toEqual([true, true])
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => undefined],
    ['a big integer', 1n],
  ])('takes %s that a schema put among the traits', (_title, value) => {
    const { traits } = frozen({ value, name: { first: 'Alice' } }).identity
    expect(traits).toEqual({ value, name: { first: 'Alice' } })
    expect(Object.isFrozen(traits['name'])).toBe(true)
  })

  it.each<[string, object]>([
    ['a Map', new Map([['a', 1]])],
    ['a Date', new Date(0)],
    ['bytes', new Uint8Array(2)],
    ['an object of a class', new (class Email {})()],
  ])('leaves %s that a schema made as it is', (_title, value) => {
    expect(frozen({ value }).identity.traits).toEqual({ value })
    expect(Object.isFrozen(value)).toBe(false)
  })

  it('leaves no trace for those who list or write members', () => {
    const plain = session()
    const made = frozen()
    expect(Object.keys(made)).toEqual(Object.keys(plain))
    expect(JSON.stringify(made)).toBe(JSON.stringify(plain))
    expect({ ...made }).toEqual(plain)
  })
})

describe('markStale', () => {
  it('makes a session of the same members that tells of itself that it is stale', () => {
    const fresh = frozen()
    const stale = markStale(fresh)
    expect(stale.stale).toBe(true)
    expect({ ...stale }).toEqual({ ...fresh })
    expect(JSON.stringify(stale)).toBe(JSON.stringify(fresh))
  })

  it('leaves the session that others share as it was', () => {
    const fresh = frozen()
    markStale(fresh)
    expect(fresh.stale).toBeUndefined()
  })

  it('makes one that is frozen, and known as the package’s own', () => {
    const stale = markStale(frozen())
    expect([...below(stale)].filter((value) => !Object.isFrozen(value))).toEqual([])
    expect(isOwnSession(stale)).toBe(true)
  })
})

describe('isOwnSession', () => {
  it('knows a session that was frozen here', () => {
    expect(isOwnSession(frozen())).toBe(true)
  })

  it('goes by a mark whose name is the same in every version of the package', () => {
    const symbols = Object.getOwnPropertySymbols(frozen())
    expect(symbols).toEqual([Symbol.for('express-ory-session.Session')])
  })

  it('knows a session that another copy of the package froze', () => {
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy of the module
      const other = require('../../../lib/session/freeze-session.ts')
      const made = session()
      other.freezeSession(made)
      expect(other.freezeSession).not.toBe(freezeSession)
      expect(isOwnSession(made)).toBe(true)
    })
  })

  it.each<[string, unknown]>([
    ['the same members', session()],
    ['a copy', { ...frozen() }],
    ['an heir', Object.create(frozen()) as unknown],
    ['its identity', frozen().identity],
    ['text', JSON.stringify(frozen())],
    ['null', null],
    ['nothing', undefined],
    ['a function', () => frozen()],
  ])('does not know %s', (_title, value) => {
    expect(isOwnSession(value)).toBe(false)
  })
})
