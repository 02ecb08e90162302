import { describe, expect, it } from '@jest/globals'
import { parseSession, rankOf } from '../../../lib/session/parse-session.js'
import { parse } from '../support/parse.js'
import { recordings } from '../../support/recordings.js'
import { objectsIn } from '../support/objects-in.js'
import { identityBody, secret, sessionBody } from '../support/session-body.js'

type Json = Record<string, unknown>

/** A body as it comes off the wire: a copy, with `__proto__` as a key like any other. */
const offTheWire = (body: unknown): unknown => JSON.parse(JSON.stringify(body))

/** A body in which the member at a path is something else, or is not there. */
function altered(path: string, value?: unknown): unknown {
  const body = offTheWire(sessionBody()) as Json
  const names = path.split('.')
  const last = names.pop() ?? ''
  const holder = names.reduce((object, name) => object[name] as Json, body)
  if (value === undefined) Reflect.deleteProperty(holder, last)
  else holder[last] = value
  return body
}

const wrongStrings: unknown[] = [null, '', 0, 1, true, [], ['a'], {}, { toString: 'a' }]
const wrongTimes = [
  ...wrongStrings,
  'soon',
  '2026-13-01T00:00:00Z',
  '2026-01-01',
  1_767_323_045_000,
]
const wrongRecords = [null, '', 'a', 1, true, [], [{}]]
const wrongLists = ['', 'a', 1, true, {}, { length: 1 }]

/** What the last member of a path that is no index is called. */
const nameOf = (path: string): string =>
  path
    .split('.')
    .filter((part) => !/^\d$/.test(part))
    .at(-1) ?? ''

/** Where a decision rests on it, and what else may not stand there. */
const needed: Record<string, unknown[]> = {
  id: wrongStrings,
  active: [null, 0, 1, 'true', 'false', '', [], {}],
  expires_at: wrongTimes,
  authenticated_at: wrongTimes,
  issued_at: wrongTimes,
  authenticator_assurance_level: [
    ...wrongStrings,
    'aal4',
    'AAL1',
    'aal',
    'constructor',
    ['aal1'],
    2,
  ],
  authentication_methods: [null, ...wrongLists, [null], ['password'], [[]]],
  'authentication_methods.0.method': wrongStrings,
  identity: wrongRecords,
  'identity.id': wrongStrings,
  'identity.traits': [],
  'identity.verifiable_addresses.0.verified': [null, 0, 1, 'true', [], {}],
}

/** What may be missing, and what else may not stand there. */
const optional: Record<string, unknown[]> = {
  devices: wrongLists,
  'identity.schema_id': wrongStrings,
  'identity.schema_url': wrongStrings,
  'identity.state': [null, '', 'Active', 'deleted', 1, true, {}],
  'identity.verifiable_addresses': [...wrongLists, [null], ['a'], [[]], [{}]],
  'identity.recovery_addresses': wrongLists,
}

describe('parseSession', () => {
  const recorded = [...recordings.values()].filter(
    ({ response }) =>
      response.status === 200 && typeof response.body === 'object' && 'identity' in response.body!,
  )

  it('has recordings to read', () => {
    expect(recorded.length).toBeGreaterThanOrEqual(29)
  })

  it.each(recorded)('takes the recorded $name, all of it', ({ response }) => {
    const body = response.body as Json
    const live = parse(offTheWire(body))
    expect(live?.session).toEqual(body)
    expect(live?.expiresAt).toBe(Math.floor(Date.parse(String(body['expires_at']))))
    expect(live?.authenticatedAt).toBe(Math.floor(Date.parse(String(body['authenticated_at']))))
    expect(live?.rank).toBe(Number(String(body['authenticator_assurance_level']).slice(3)))
  })

  it.each(Object.keys(needed))('needs %s', (path) => {
    expect(() => parse(altered(path))).toThrow(TypeError)
    expect(() => parse(altered(path))).toThrow(nameOf(path))
  })

  it.each(Object.keys(optional))('can do without %s', (path) => {
    expect(parse(altered(path))).toBeDefined()
  })

  const replaced = Object.entries({ ...needed, ...optional }).flatMap(([path, values]) =>
    values.map((value) => [path, value] as const),
  )
  it.each(replaced)('takes no %s that is %j', (path, value) => {
    expect(() => parse(altered(path, value))).toThrow(TypeError)
    expect(() => parse(altered(path, value))).toThrow(new RegExp(`^whoami: .*${nameOf(path)}`))
  })

  it.each(['devices', 'identity.verifiable_addresses', 'identity.recovery_addresses'])(
    'has null for no %s, as Go writes an empty list',
    (path) => {
      expect(parse(altered(path, null))).toBeDefined()
    },
  )

  it.each([
    undefined,
    null,
    true,
    0,
    NaN,
    '',
    'session',
    Symbol('s'),
    [],
    [sessionBody()],
    () => sessionBody(),
  ])('takes no body that is %p', (body) => {
    expect(() => parse(body)).toThrow(/^whoami: session /)
  })

  // Traits may be any JSON, so nothing that stands there is refused.
  const refusing = Object.keys(needed).filter((path) => path !== 'identity.traits')
  it.each(refusing)('repeats nothing of what stood at %s', (path) => {
    const read = () => parse(altered(path, path === 'active' ? secret : [secret]))
    expect(read).toThrow(TypeError)
    expect(read).not.toThrow(secret)
  })

  it.each([null, [], [{ a: 1 }], 'ada', 7, false])('takes traits that are %j', (traits) => {
    expect(parse(altered('identity.traits', traits))?.session.identity.traits).toEqual(traits)
  })

  it('believes no body that says of itself that it is stale', () => {
    expect(parse(altered('stale', true))?.session).toEqual(offTheWire(sessionBody()))
  })

  it('takes no session that is not active for one', () => {
    expect(parse(altered('active', false))).toBeUndefined()
    // What is no longer active need not be described in full.
    expect(parse({ id: 'a', active: false })).toBeUndefined()
  })

  it('takes no session of an identity that is not active for one', () => {
    expect(parse(altered('identity.state', 'inactive'))).toBeUndefined()
  })

  it.each(['aal0', 'aal1', 'aal2', 'aal3'])('takes the level %s', (level) => {
    const live = parse(altered('authenticator_assurance_level', level))
    expect(live?.rank).toBe(Number(level.slice(3)))
  })

  it.each<[string, unknown, boolean]>([
    ['one of two addresses', [{ verified: false }, { verified: true }], true],
    ['no address', [{ verified: false }, { verified: false }], false],
    ['none at all', [], false],
    ['null', null, false],
  ])('sees that %s is verified', (_title, addresses, expected) => {
    expect(parse(altered('identity.verifiable_addresses', addresses))?.isVerified).toBe(expected)
  })
})

describe('a body that means harm', () => {
  /** What the parser makes of a body while `Object.prototype` has a member of that name. */
  function parsePolluted(body: unknown, name: string, value: unknown): unknown {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    try {
      return parse(body)
    } catch (error) {
      return error
    } finally {
      Reflect.deleteProperty(Object.prototype, name)
    }
  }

  const bodies = Object.keys(needed).map((path) => {
    const name = nameOf(path)
    const found = path
      .split('.')
      .reduce<unknown>((object, key) => (object as Json)[key], sessionBody())
    return [path, name, found] as const
  })
  it.each(bodies)('borrows no %s from Object.prototype', (path, name, value) => {
    expect(parsePolluted(altered(path), name, value)).toBeInstanceOf(TypeError)
  })

  it('borrows no verified address and no state from Object.prototype', () => {
    const bare = altered('identity.verifiable_addresses')
    expect(parsePolluted(bare, 'verifiable_addresses', [{ verified: true }])).toMatchObject({
      isVerified: false,
    })
    expect(parsePolluted(altered('identity.state'), 'state', 'inactive')).toHaveProperty('session')
    expect(parsePolluted(altered('devices'), 'devices', 7)).toHaveProperty('session')
  })

  it('borrows nothing from a __proto__ in the text', () => {
    const text = JSON.stringify({ a: sessionBody() }).replace('"a"', '"__proto__"')
    expect(() => parse(JSON.parse(text))).toThrow(/^whoami: id /)
  })

  it.each([
    ['at the top', '{', '{"__proto__":{"admin":true},'],
    ['in the traits', '"traits":{', '"traits":{"__proto__":{"admin":true},'],
    ['deep in the traits', '"name":{', '"name":{"a":[{"__proto__":{"admin":true}}],'],
    [
      'in the public metadata',
      '"metadata_public":{',
      '"metadata_public":{"__proto__":{"admin":true},',
    ],
    ['as a list', '"traits":{', '"traits":{"__proto__":[],'],
  ])('loses a __proto__ key %s', (_title, from, to) => {
    const body: unknown = JSON.parse(JSON.stringify(sessionBody()).replace(from, to))
    const live = parse(body)
    expect(JSON.stringify(live?.session)).not.toContain('__proto__')
    const copy = Object.assign({}, live?.session.identity.traits) as Json
    expect(copy['admin']).toBeUndefined()
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(live?.session.identity.traits).toMatchObject({ email: 'alice@example.com' })
  })

  const nested = (levels: number, open = '[', close = ']'): unknown =>
    JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`)
  const withTraits = (value: unknown) =>
    sessionBody({ identity: identityBody({ traits: { value } }) })

  it('takes nesting that a schema could have', () => {
    expect(parse(withTraits(nested(32)))).toBeDefined()
    expect(parse(withTraits(nested(32, '{"a":', '}')))).toBeDefined()
  })

  it('takes 64 levels below the session, and no more', () => {
    expect(parse({ ...sessionBody(), extra: nested(64) })).toBeDefined()
    expect(() => parse({ ...sessionBody(), extra: nested(65) })).toThrow(
      /^whoami: nested deeper than 64$/,
    )
  })

  it.each([
    ['lists', nested(100)],
    ['objects', nested(100, '{"a":', '}')],
    ['as many lists as a body can hold', nested(100_000)],
    ['as many objects as a body can hold', nested(40_000, '{"a":', '}')],
  ])('refuses deep nesting of %s', (_title, value) => {
    // Without a text: JSON.stringify has no room for so deep a one.
    expect(() => parseSession(withTraits(value), '')).toThrow(/^whoami: nested deeper than 64$/)
    expect(() => parseSession({ ...sessionBody(), extra: value }, '')).toThrow(
      /^whoami: nested deeper than 64$/,
    )
  })
})

describe('how a session is estimated', () => {
  it('is each object or list in it, itself included, and each value that one of these holds', () => {
    const { session, contents: bare } = parse(sessionBody())!
    const { contents: more } = parse({
      ...sessionBody(),
      extra: { list: ['a', {}, null] },
    })!
    expect({
      objects: more.objects.length - bare.objects.length,
      values: more.values - bare.values,
    }).toEqual({ objects: 3, values: 5 })
    expect(new Set(bare.objects)).toEqual(new Set(objectsIn(session)))
    expect(bare.objects).toHaveLength(objectsIn(session).length)
  })

  it.each([
    ['a byte a letter', 'a'.repeat(1_000), 2_000],
    ['a byte a letter, and of one that is written as \\u0026', `${'a'.repeat(994)}\\u0026`, 2_000],
    ['two, since one needs them', `${'a'.repeat(999)}€`, 4_000],
    ['two, since one is written so that needs them', `${'a'.repeat(994)}\\u2028`, 4_000],
  ])(
    'comes to bytes: its text twice, %s, half a KiB, 128 an object, 16 a value',
    (_title, text, sum) => {
      const { bytes, contents } = parseSession(sessionBody(), text)!
      expect(bytes).toBe(sum + 512 + 128 * contents.objects.length + 16 * contents.values)
    },
  )
})

describe('a body with more values than a session has', () => {
  const withList = (length: number, item: unknown) =>
    sessionBody({ identity: identityBody({ traits: { list: Array(length).fill(item) } }) })

  it('is taken up to 10,000 of them', () => {
    const room = 10_000 - parse(withList(0, 'a'))!.contents.values
    expect(parse(withList(room, 'a'))).toBeDefined()
    expect(() => parse(withList(room + 1, 'a'))).toThrow(/^whoami: more than 10000 values$/)
  })

  it.each([
    ['texts', withList(10_001, 'a')],
    ['empty objects', withList(10_001, {})],
    ['lists in lists', withList(101, Array(100).fill([]))],
  ])('is refused for too many %s', (_title, body) => {
    expect(() => parse(body)).toThrow(/^whoami: more than 10000 values$/)
  })
})

describe('rankOf', () => {
  it('orders the levels and knows no others', () => {
    expect(['aal0', 'aal1', 'aal2', 'aal3'].map(rankOf)).toEqual([0, 1, 2, 3])
    expect(['aal4', '', 'AAL2', 2, undefined, null, ['aal2']].map(rankOf)).toEqual(
      Array(7).fill(undefined),
    )
  })
})
