import { describe, expect, it } from '@jest/globals'
import { Headers as UndiciHeaders } from 'undici'
import { readFacts, type SessionRequest } from '../../../lib/credential/request-headers.js'
import { createExchange } from '../support/exchange.js'

const headers = { cookie: 'a=1; b=2', authorization: 'Bearer ory_st_a', 'x-other': 'c' }
const known = { cookie: 'a=1; b=2', authorization: 'Bearer ory_st_a' }

const capitalize = ([name, value]: [string, string]): [string, string] => [
  name.toUpperCase(),
  value,
]

/** The headers that were read, without those that are not there. */
const read = (request: SessionRequest) =>
  Object.fromEntries(
    Object.entries(readFacts(request).headers).filter(([, value]) => value !== undefined),
  )

describe('readFacts', () => {
  it('takes a request of Node’s as it is', () => {
    const { request } = createExchange({ headers })
    expect(readFacts(request)).toBe(request)
  })

  it.each<[string, object]>([
    ['a Headers', new Headers(headers)],
    ['a Headers of another fetch', new UndiciHeaders(headers)],
    ['a plain object', headers],
    ['names in another case', { Cookie: 'a=1; b=2', AUTHORIZATION: 'Bearer ory_st_a' }],
    ['a Map, names in whatever case too', new Map([...Object.entries(headers)].map(capitalize))],
    ['a list of pairs', Object.entries(headers).map(capitalize)],
    ['the entries of a Headers', new Headers(headers).entries()],
    ['lists of one', { cookie: ['a=1; b=2'], authorization: ['Bearer ory_st_a'] }],
  ])('reads %s', (_title, given) => {
    expect(read({ headers: given })).toEqual(known)
  })

  it('reads a fetch Request', () => {
    const request = new Request('https://app.example/a', { method: 'POST', headers })
    expect(readFacts(request)).toMatchObject({
      method: 'POST',
      headers: { authorization: 'Bearer ory_st_a' },
    })
  })

  it.each<[string, SessionRequest, string | undefined]>([
    ['the URL of a fetch Request', new Request('https://app.example:8443/a'), 'app.example:8443'],
    ['a header before the URL', { headers: { host: 'a' }, url: 'https://b/' }, 'a'],
    [
      'no URL beside a pseudo-header',
      { headers: { ':authority': 'a' }, url: 'https://b/' },
      undefined,
    ],
    ['no path', { headers: {}, url: '//a/b' }, undefined],
    ['no URL that is none', { headers: {}, url: 'a b' }, undefined],
    ['nothing else', { headers: {} }, undefined],
  ])('takes the host from %s', (_title, request, host) => {
    expect(readFacts(request).headers.host).toBe(host)
  })

  it.each<[string, object, object]>([
    [
      'a list of two',
      { authorization: ['Bearer a', 'Bearer b'] },
      { authorization: ['Bearer a', 'Bearer b'] },
    ],
    [
      'two spellings',
      { Authorization: 'Bearer a', authorization: 'Bearer b' },
      { authorization: ['Bearer a', 'Bearer b'] },
    ],
    [
      'two pairs',
      Object.entries({ Authorization: 'Bearer a', authorization: 'Bearer b' }),
      { authorization: ['Bearer a', 'Bearer b'] },
    ],
    ['an empty list', { authorization: [] }, {}],
    ['no pair', [], {}],
    [
      'null',
      { 'x-session-token': null, origin: null, authorization: 'Bearer a' },
      { authorization: 'Bearer a' },
    ],
    ['undefined', { authorization: undefined }, {}],
    [
      'undefined beside one',
      { authorization: undefined, Authorization: 'Bearer a' },
      { authorization: 'Bearer a' },
    ],
    ['an empty text', { 'x-session-token': '' }, { 'x-session-token': '' }],
    ['none', {}, {}],
  ])('reads %s', (_title, given, expected) => {
    expect(read({ headers: given })).toEqual(expected)
  })

  it.each<[string, object]>([
    ['names and values in turn', ['cookie', 'a=1', 'x-other', 'c']],
    ['a pair beside none', [['cookie', 'a=1'], 'x-other']],
    ['three of a kind', [['cookie', 'a=1', 'b=2']]],
    ['a name that is no text', new Map([[1, 'a=1']])],
  ])('says what to pass instead of %s', (_title, given) => {
    expect(() => readFacts({ headers: given })).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: 'ERR_ORY_INVALID_REQUEST',
        message: expect.stringContaining('pass [[name, value]]'),
      }),
    )
  })

  it('borrows no header from Object.prototype', () => {
    Object.defineProperty(Object.prototype, 'cookie', { value: 'a=1', configurable: true })
    try {
      const { headers: facts } = readFacts({ headers: {} })
      expect(facts.cookie).toBeUndefined()
    } finally {
      Reflect.deleteProperty(Object.prototype, 'cookie')
    }
  })

  it('keeps the method that came, if method-override has put another one', () => {
    const given = { headers: {}, method: 'GET', originalMethod: 'POST' }
    expect(readFacts(given)).toMatchObject({ method: 'GET', originalMethod: 'POST' })
  })

  it('takes no request of Object.prototype for the one that is wrapped', () => {
    const raw = { headers: { cookie: 'a=1' } }
    Object.defineProperty(Object.prototype, 'raw', { value: raw, configurable: true })
    try {
      expect(read({ headers: { cookie: 'b=2' } })).toEqual({ cookie: 'b=2' })
    } finally {
      Reflect.deleteProperty(Object.prototype, 'raw')
    }
  })

  it('takes a body that stands on a request of Node’s as raw for no request', () => {
    const { request } = createExchange({ headers: { cookie: 'b=2' } })
    const raw: unknown = JSON.parse('{"headers":{"cookie":"a=1"}}')
    expect(readFacts(Object.assign(request, { raw }))).toBe(request)
  })
})
