import { describe, expect, it } from '@jest/globals'
import { sameAnswer, shapeOf, type Answer } from '../../support/shape.js'
import { recordings } from '../../support/recordings.js'

const recorded = (name: string): Answer => recordings.get(name)!.response
const session = recorded('200-cookie-after-extend')
const refusal = recorded('401-nothing')

const changeHeader = (answer: Answer, name: string, change: (value: string) => string): Answer => ({
  ...answer,
  headers: answer.headers.map(([key, value]) => [key, key === name ? change(value) : value]),
})
/** The same answer with another value at a dotted path of its body, or with none. */
function put(answer: Answer, path: string, value?: unknown): Answer {
  const body = structuredClone(answer.body) as Record<string, unknown>
  const names = path.split('.')
  const last = names.pop()!
  const parent = names.reduce((node, name) => node[name] as typeof node, body)
  if (value === undefined) Reflect.deleteProperty(parent, last)
  else parent[last] = value
  return { ...answer, body }
}

describe('the comparison of answers', () => {
  it.each([...recordings.values()])('finds nothing between $name and itself', ({ response }) => {
    expect(sameAnswer(response, structuredClone(response))).toEqual([])
  })

  it('passes over what a run changes', () => {
    const again = recorded('200-cookie-after-extend-again')
    const changes: [string, string][] = [
      ['id', '00000000-0000-4000-8000-000000000001'],
      ['expires_at', '2030-01-01T00:00:00Z'],
      ['identity.schema_url', 'https://other.example/schemas/cGVyc29u'],
      ['devices.0.ip_address', '10.0.0.1:1'],
      ['devices.0.user_agent', 'curl'],
    ]
    const other = changes.reduce((answer, [path, value]) => put(answer, path, value), again)
    const date = { ...other, headers: [...other.headers, ['Date', 'today'] as const] }

    expect(
      sameAnswer(
        session,
        changeHeader(date, 'Content-Length', () => '1'),
      ),
    ).toEqual([])
  })

  it('does not mind in which order headers and members come, or in which case names do', () => {
    const headers = session.headers.map(([name, value]) => [name.toLowerCase(), value] as const)
    const body = Object.fromEntries(Object.entries(session.body as object).reverse())

    expect(sameAnswer(session, { ...session, headers: headers.reverse(), body })).toEqual([])
  })

  const departures: [string, Answer, Answer, string][] = [
    ['a status', refusal, { ...refusal, status: 403 }, 'status: recorded 401, got 403'],
    [
      'a missing header',
      refusal,
      { ...refusal, headers: refusal.headers.filter(([name]) => name !== 'Ory-Error-Id') },
      'headers.ory-error-id: recorded [""], got undefined',
    ],
    [
      'one header too many',
      refusal,
      { ...refusal, headers: [...refusal.headers, ['Ory-Session-Cache-For', '60']] },
      'headers.ory-session-cache-for: recorded undefined, got ["60"]',
    ],
    [
      'a header twice',
      refusal,
      { ...refusal, headers: [...refusal.headers, ['Vary', 'Origin']] },
      'headers.vary.1: recorded undefined, got "Origin"',
    ],
    [
      'the value of a header',
      refusal,
      changeHeader(refusal, 'Content-Type', (value) => `${value}; charset=utf-8`),
      'headers.content-type.0: recorded "application/json", got "application/json; charset=utf-8"',
    ],
    [
      'the length of a body that is the same',
      refusal,
      changeHeader(refusal, 'Content-Length', () => '156'),
      'headers.content-length.0: recorded "157", got "156"',
    ],
    [
      'a header that is no id',
      session,
      changeHeader(session, 'X-Kratos-Authenticated-Identity-Id', () => 'ada'),
      'headers.x-kratos-authenticated-identity-id.0: recorded "<uuid>", got "ada"',
    ],
    [
      'an attribute of a cookie',
      session,
      changeHeader(session, 'Set-Cookie', (value) => value.replace('; HttpOnly', '')),
      'headers.set-cookie.0: recorded "ory_kratos_session=<cookie>; Path=/; Expires=<time>; Max-Age=<seconds>; HttpOnly; SameSite=Lax", got "ory_kratos_session=<cookie>; Path=/; Expires=<time>; Max-Age=<seconds>; SameSite=Lax"',
    ],
    [
      'a missing member',
      session,
      put(session, 'devices'),
      'body.devices: recorded [{"id":"<uuid>","ip_address":"<address>","location":"","user_agent":"<string>"}], got undefined',
    ],
    [
      'one member too many',
      session,
      put(session, 'identity.metadata_admin', null),
      'body.identity.metadata_admin: recorded undefined, got null',
    ],
    ['a type', session, put(session, 'expires_at', 1), 'body.expires_at: recorded "<time>", got 1'],
    [
      'a list in place of an object',
      refusal,
      put(refusal, 'error', []),
      'body.error: recorded {"code":401,"message":"The request could not be authorized","reason":"No valid session credentials found in the request.","status":"Unauthorized"}, got []',
    ],
    [
      'a word',
      session,
      put(session, 'authentication_methods.0.aal', 'aal2'),
      'body.authentication_methods.0.aal: recorded "aal1", got "aal2"',
    ],
    ['no body', refusal, { ...refusal, body: '' }, ', got ""'],
  ]

  it.each(departures)('finds %s', (_name, before, now, line) => {
    const found = sameAnswer(before, now)

    expect(found).toHaveLength(1)
    expect(found[0]).toContain(line)
  })

  it.each([
    ['0a260a08-a36c-4970-bfaa-36ab09ee955e', '<uuid>'],
    ['2026-11-24T02:46:55.24555752Z', '<time>'],
    [`ory_st_${'a1'.repeat(16)}`, '<token>'],
    [`eyJ9.e30.${'s'.repeat(86)}`, '<jwt>'],
    ['http://kratos.example/schemas/x', '<origin>/schemas/x'],
    ['127.0.0.1:56348', '<address>'],
    ['a text', 'a text'],
    ['ory_st_short', 'ory_st_short'],
    [7, 7],
    [null, null],
    [
      { b: [true], a: '' },
      { a: '', b: [true] },
    ],
  ])('has for %j the shape %j', (value, shape) => {
    expect(shapeOf(value)).toEqual(shape)
  })
})
