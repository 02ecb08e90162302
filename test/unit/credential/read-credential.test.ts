import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import { createCookieNameMatcher, firstCode } from '../../../lib/credential/cookie-name-matcher.js'
import {
  maxTokenLength,
  readCredential,
  type CredentialSettings,
  type Unusable,
} from '../../../lib/credential/read-credential.js'
import {
  isComposite,
  maxCookieLength,
  sendable,
  type Credential,
} from '../../../lib/credential/credential.js'

type Headers = IncomingHttpHeaders & { 'x-session-token'?: string | string[] }
type Row = [title: string, headers: Headers, expected: Credential | Unusable | undefined]

const name = 'ory_kratos_session'
const token = `ory_st_${'a'.repeat(32)}`

const cookieNames = [name, /^ory_session_[A-Za-z0-9]+$/]
const settings: CredentialSettings = {
  sources: ['x-session-token', 'bearer', 'cookie'],
  tokenPrefix: 'ory_st_',
  isSessionCookie: createCookieNameMatcher(cookieNames),
  sessionCookieCode: firstCode(cookieNames),
}

const header = (value = token): Credential => ({ source: 'x-session-token', value })
const bearer = (value = token): Credential => ({ source: 'bearer', value })
const cookie = (value: string): Credential => ({ source: 'cookie', value })

/** What of a request's credential would go to Ory, or why nothing would. */
function read(
  headers: Headers,
  changes: Partial<CredentialSettings> = {},
  rawHeaders?: readonly string[],
): Credential | Unusable | undefined {
  const found = readCredential({ headers, rawHeaders }, { ...settings, ...changes })
  return found
}

describe('X-Session-Token', () => {
  const rows: Row[] = [
    ['is the credential', { 'x-session-token': token }, header()],
    ['of another length is one too', { 'x-session-token': 'ory_st_1' }, header('ory_st_1')],
    ['of the prefix alone is left to Ory', { 'x-session-token': 'ory_st_' }, header('ory_st_')],
    ['that is missing is no credential', {}, undefined],
    ['that is empty counts as absent', { 'x-session-token': '' }, undefined],
    ['without the prefix is invalid', { 'x-session-token': 'ory_at_abc' }, 'invalid'],
    ['with the prefix in capitals is invalid', { 'x-session-token': 'ORY_ST_abc' }, 'invalid'],
    ['with a blank inside is malformed', { 'x-session-token': 'ory_st_a b' }, 'malformed'],
    ['with a tab inside is malformed', { 'x-session-token': 'ory_st_a\tb' }, 'malformed'],
    ['with a line break is malformed', { 'x-session-token': `${token}\n` }, 'malformed'],
    ['in quotes is malformed', { 'x-session-token': `"${token}"` }, 'malformed'],
    ['beyond ASCII is malformed', { 'x-session-token': 'ory_st_é' }, 'malformed'],
    ['sent twice is malformed', { 'x-session-token': `${token}, ${token}` }, 'malformed'],
    ['sent as a list is malformed', { 'x-session-token': [token, token] }, 'malformed'],
    ['sent as a list of one is malformed', { 'x-session-token': [token] }, 'malformed'],
    ['with padding inside is malformed', { 'x-session-token': 'ory_st_a=b' }, 'malformed'],
    [
      'with padding at the end is left to Ory',
      { 'x-session-token': 'ory_st_a==' },
      header('ory_st_a=='),
    ],
    [
      'of the greatest length is one',
      { 'x-session-token': token.padEnd(maxTokenLength, 'a') },
      header(token.padEnd(maxTokenLength, 'a')),
    ],
    [
      'that is longer is invalid',
      { 'x-session-token': token.padEnd(maxTokenLength + 1, 'a') },
      'invalid',
    ],
  ]
  it.each(rows)('%s', (_title, headers, expected) => {
    expect(read(headers)).toEqual(expected)
  })
})

describe('Authorization', () => {
  const rows: Row[] = [
    ['with the Bearer scheme is the credential', { authorization: `Bearer ${token}` }, bearer()],
    ['takes the scheme in any case', { authorization: `bEARER ${token}` }, bearer()],
    ['of another scheme counts as absent', { authorization: 'Basic YTpi' }, undefined],
    ['of a scheme that ends alike counts as absent', { authorization: 'Non-Bearer a' }, undefined],
    ['of a scheme that starts alike counts as absent', { authorization: 'Bearerish a' }, undefined],
    ['that is empty counts as absent', { authorization: '' }, undefined],
    ['with somebody else’s token counts as absent', { authorization: 'Bearer eyJ.a.b' }, undefined],
    ['with an OAuth2 token counts as absent', { authorization: 'Bearer ory_at_x' }, undefined],
    ['without a token is malformed', { authorization: 'Bearer' }, 'malformed'],
    ['with a blank for a token is malformed', { authorization: 'Bearer ' }, 'malformed'],
    ['with two blanks is malformed', { authorization: `Bearer  ${token}` }, 'malformed'],
    [
      'with a tab behind the blank is malformed',
      { authorization: `Bearer \t${token}` },
      'malformed',
    ],
    [
      'with something behind the token is malformed',
      { authorization: `Bearer ${token} x` },
      'malformed',
    ],
    ['with a comma is malformed', { authorization: `Bearer ${token},${token}` }, 'malformed'],
    [
      'that is too long is invalid',
      { authorization: `Bearer ${token.padEnd(maxTokenLength + 1, 'a')}` },
      'invalid',
    ],
  ]
  it.each(rows)('%s', (_title, headers, expected) => {
    expect(read(headers)).toEqual(expected)
  })

  // Node keeps the first of several; the raw headers tell that there were more.
  it.each([
    [
      'twice, spelled alike',
      ['Authorization', `Bearer ${token}`, 'Authorization', 'Bearer b'],
      'malformed',
    ],
    [
      'twice, spelled otherwise',
      ['authorization', `Bearer ${token}`, 'AUTHORIZATION', 'Basic a'],
      'malformed',
    ],
    [
      'once, beside others',
      ['Host', 'authorization', 'Authorization', `Bearer ${token}`],
      bearer(),
    ],
    [
      'once, beside others of as many letters',
      ['Cache-Control', 'a', 'Authorization', `Bearer ${token}`, 'If-None-Match', 'b'],
      bearer(),
    ],
    ['not at all, says a broken proxy object', [], bearer()],
  ])('sent %s', (_title, rawHeaders, expected) => {
    const headers = { authorization: `Bearer ${token}` }
    expect(read(headers, {}, rawHeaders)).toEqual(expected)
  })

  it.each([[[`Bearer ${token}`, `Bearer ${token}`]], [[`Bearer ${token}`]], [['Basic YTpi']]])(
    'is malformed as a list, which only a plain object can give: %j',
    (authorization) => {
      expect(read({ authorization } as never)).toBe('malformed')
    },
  )
})

describe('Cookie', () => {
  const rows: Row[] = [
    ['with the session cookie is the credential', { cookie: `${name}=abc` }, cookie(`${name}=abc`)],
    [
      'of Ory Network is one',
      { cookie: 'ory_session_playground=abc' },
      cookie('ory_session_playground=abc'),
    ],
    ['gives the session cookie alone', { cookie: `a=1; ${name}=abc; b=2` }, cookie(`${name}=abc`)],
    [
      'gives every session cookie, in order',
      { cookie: `${name}=1; x=2; ory_session_b=3; ${name}=4` },
      cookie(`${name}=1; ory_session_b=3; ${name}=4`),
    ],
    ['keeps padding', { cookie: `${name}=MTc5==` }, cookie(`${name}=MTc5==`)],
    ['keeps quotes', { cookie: `${name}="abc"` }, cookie(`${name}="abc"`)],
    ['keeps percent signs', { cookie: `${name}=a%3D%3D` }, cookie(`${name}=a%3D%3D`)],
    ['keeps the comma that Go keeps', { cookie: `${name}=a,b` }, cookie(`${name}=a,b`)],
    [
      'needs no blank behind the semicolon',
      { cookie: `a=1;${name}=abc;b=2` },
      cookie(`${name}=abc`),
    ],
    ['may have blanks about', { cookie: ` \t${name}=abc \t;b=2` }, cookie(`${name}=abc`)],
    ['with blanks about the equals sign is invalid', { cookie: `${name} = abc` }, 'invalid'],
    ['that is missing is no credential', {}, undefined],
    ['that is empty is no credential', { cookie: '' }, undefined],
    ['of others is no credential', { cookie: 'a=1; b=2' }, undefined],
    [
      'with the name in another case is no credential',
      { cookie: 'Ory_Kratos_Session=abc' },
      undefined,
    ],
    ['with a longer name is no credential', { cookie: `x${name}=a; ${name}x=a` }, undefined],
    [
      'with a name that a pattern almost takes is no credential',
      { cookie: 'ory_session_=a; ory_session_a-b=c' },
      undefined,
    ],
    ['with the name as a value is no credential', { cookie: `a=${name}=abc` }, undefined],
    ['with the name alone is no credential', { cookie: name }, undefined],
    ['with a longer name alone is no credential', { cookie: `${name}x` }, undefined],
    ['with an empty value is no credential', { cookie: `${name}=` }, undefined],
    ['with a blank value is no credential', { cookie: `${name}= \t ` }, undefined],
    ['without a name is no credential', { cookie: '=abc' }, undefined],
    ['with a quote that does not end is invalid', { cookie: `${name}="abc` }, 'invalid'],
    ['with empty quotes is invalid', { cookie: `${name}=""` }, 'invalid'],
    ['with a blank inside the value is invalid', { cookie: `${name}=a b` }, 'invalid'],
    ['with a blank before another equals sign is invalid', { cookie: `${name}=a b=c` }, 'invalid'],
    ['with a backslash is invalid', { cookie: `${name}=a\\b` }, 'invalid'],
    ['with a control character is invalid', { cookie: `${name}=a\u0001b` }, 'invalid'],
    ['with a line break is invalid', { cookie: `${name}=a\r\nX-Evil: 1` }, 'invalid'],
    ['beyond ASCII is invalid', { cookie: `${name}=é` }, 'invalid'],
    [
      'with a planted one that can be no value gives the good one',
      { cookie: `${name}=a b; ${name}=good` },
      cookie(`${name}=good`),
    ],
    [
      'with an emptied one gives the good one',
      { cookie: `${name}=; ${name}=good` },
      cookie(`${name}=good`),
    ],
    [
      'of the greatest length is one',
      { cookie: `${name}=`.padEnd(maxCookieLength, 'a') },
      cookie(`${name}=`.padEnd(maxCookieLength, 'a')),
    ],
    [
      'that is longer is invalid',
      { cookie: `${name}=`.padEnd(maxCookieLength + 1, 'a') },
      'invalid',
    ],
    [
      'with cookies that are too long together is invalid',
      {
        cookie: Array(3)
          .fill(`${name}=`.padEnd(maxCookieLength / 2, 'a'))
          .join('; '),
      },
      'invalid',
    ],
    ['is read as a list too', { cookie: ['a=1', `${name}=abc`] as never }, cookie(`${name}=abc`)],
  ]
  it.each(rows)('%s', (_title, headers, expected) => {
    expect(read(headers)).toEqual(expected)
  })

  it.each(rows)('%s, wherever names may begin with any letter', (_title, headers, expected) => {
    expect(read(headers, { sessionCookieCode: undefined })).toEqual(expected)
  })
})

describe('what can go upstream', () => {
  it.each([header(), bearer(), cookie('ory_kratos_session=a'), cookie('a=b; c=d')])(
    'is the very credential where all of it can: %j',
    (credential) => {
      expect(sendable(credential)).toBe(credential)
    },
  )

  it('is every good cookie of several, in order', () => {
    expect(sendable(cookie('a=1; b=\u00e9; c=3; d=4'))).toEqual(cookie('a=1; c=3; d=4'))
  })

  it('is nothing where no cookie of several is good', () => {
    expect(sendable(cookie('a=\u00e9; b=\u00e9'))).toBe('invalid')
  })
})

describe('the length of cookies', () => {
  const long = (code: string) => `${name}=${code.repeat(8192 - name.length - 1)}`
  it('is bounded for what could go upstream', () => {
    expect(readCredential({ headers: { cookie: long('a') } }, settings)).toEqual(cookie(long('a')))
    expect(readCredential({ headers: { cookie: `${long('a')}a` } }, settings)).toBe('invalid')
  })

  it('does not count a cookie whose value can be none', () => {
    const header = `${long('\u00e9')}; ${name}=good; ${long('"')}`
    expect(readCredential({ headers: { cookie: header } }, settings)).toEqual(
      cookie(`${name}=good`),
    )
  })
})

describe('isComposite', () => {
  it.each<[string, Credential, boolean]>([
    ['one cookie', cookie(`${name}=abc`), false],
    ['two cookies', cookie(`${name}=abc; ory_session_b=c`), true],
    ['a token', header(), false],
    ['what is no cookie, whatever stands in it', bearer('a; b'), false],
  ])('says rightly of %s', (_title, credential, expected) => {
    expect(isComposite(credential)).toBe(expected)
  })
})

describe('the order of sources', () => {
  const all: Headers = {
    'x-session-token': 'ory_st_header',
    authorization: 'Bearer ory_st_bearer',
    cookie: `${name}=jar`,
  }
  it.each<[string, Headers, Partial<CredentialSettings>, Credential | Unusable | undefined]>([
    ['takes the header first by default', all, {}, header('ory_st_header')],
    ['can be turned round', all, { sources: ['cookie', 'bearer'] }, cookie(`${name}=jar`)],
    [
      'knows nothing of a source that is left out',
      all,
      { sources: ['bearer'] },
      bearer('ory_st_bearer'),
    ],
    [
      'goes past what is absent',
      { ...all, 'x-session-token': '', authorization: 'Basic a' },
      {},
      cookie(`${name}=jar`),
    ],
    [
      'goes past a Bearer token of somebody else’s',
      { ...all, 'x-session-token': '', authorization: 'Bearer eyJ' },
      {},
      cookie(`${name}=jar`),
    ],
    ['stops at what is invalid', { ...all, 'x-session-token': 'nobody' }, {}, 'invalid'],
    ['stops at what is malformed', { ...all, 'x-session-token': 'a b' }, {}, 'malformed'],
    [
      'stops at a malformed Bearer',
      { ...all, 'x-session-token': '', authorization: 'Bearer' },
      {},
      'malformed',
    ],
    [
      'stops at a cookie that can be no session',
      { ...all, cookie: `${name}="` },
      { sources: ['cookie', 'bearer'] },
      'invalid',
    ],
    [
      'goes past cookies of others',
      { ...all, cookie: 'a=1' },
      { sources: ['cookie', 'bearer'] },
      bearer('ory_st_bearer'),
    ],
    ['finds nothing where nothing is', { host: 'a' }, {}, undefined],
  ])('%s', (_title, headers, changes, expected) => {
    expect(read(headers, changes)).toEqual(expected)
  })
})

describe('the token prefix', () => {
  it.each<[string, Headers, string, Credential | Unusable | undefined]>([
    ['can be another', { 'x-session-token': 'my_a' }, 'my_', header('my_a')],
    ['that is empty takes any header', { 'x-session-token': 'anything' }, '', header('anything')],
    [
      'that is empty takes any Bearer token',
      { authorization: 'Bearer eyJ.a.b' },
      '',
      bearer('eyJ.a.b'),
    ],
    ['that is empty still wants a token', { authorization: 'Bearer' }, '', 'malformed'],
  ])('%s', (_title, headers, tokenPrefix, expected) => {
    expect(read(headers, { tokenPrefix })).toEqual(expected)
  })
})

it('leaves the request as it was', () => {
  const request = Object.freeze({
    headers: Object.freeze({ cookie: `a=1; ${name}=abc`, authorization: 'Basic a' }),
    rawHeaders: Object.freeze(['Cookie', `a=1; ${name}=abc`]),
  })
  expect(readCredential(request, settings)).toEqual(cookie(`${name}=abc`))
})

it.each([
  ['x-session-token', token],
  ['authorization', `Bearer ${token}`],
  ['cookie', `${name}=a`],
])('borrows no %s from Object.prototype', (header, value) => {
  Object.defineProperty(Object.prototype, header, { value, configurable: true })
  try {
    expect(read({})).toBeUndefined()
  } finally {
    Reflect.deleteProperty(Object.prototype, header)
  }
})
