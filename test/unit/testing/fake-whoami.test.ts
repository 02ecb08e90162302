import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createFakeOry, type FakeOry, type SignedIn } from '../../../lib/testing/index.js'
import { ask } from './ask.js'

let ory: FakeOry
let ada: SignedIn
let bob: SignedIn

beforeEach(async () => {
  ory = await createFakeOry()
  ada = ory.signIn()
  bob = ory.signIn()
})
afterEach(() => ory.close())

/** Who whoami says it is, or the status when it says no. */
async function who(headers: Record<string, string>): Promise<string | number> {
  const { status, body } = await ask(ory.url, { headers })
  if (status !== 200) return status
  const { id } = body as { id: string }
  return id === ada.session.id ? 'ada' : id === bob.session.id ? 'bob' : 'nobody'
}

describe('which credential whoami goes by', () => {
  const cases: [string, () => Record<string, string>, string | number][] = [
    ['a token before a bearer token', () => both(ada.token, `Bearer ${bob.token}`), 'ada'],
    ['a bad token before a good bearer token', () => both('no', `Bearer ${bob.token}`), 401],
    ['a bearer token beside an empty one', () => both('', `Bearer ${bob.token}`), 'bob'],
    [
      'a cookie before a bearer token',
      () => ({ cookie: ada.cookie, authorization: `Bearer ${bob.token}` }),
      'ada',
    ],
    ['no cookie with a blank behind its =', () => ({ cookie: ada.cookie.replace('=', '= ') }), 401],
    ['a cookie with blanks around its name', () => ({ cookie: ` ${spaced(ada.cookie)} ` }), 'ada'],
    [
      'a session cookie by name alone as one that does not decode',
      () => ({ cookie: 'ory_kratos_session', authorization: `Bearer ${bob.token}` }),
      500,
    ],
    [
      'a bearer token beside a cookie that is not the session cookie',
      () => ({ cookie: 'ory_kratos_sessionx=1', authorization: `Bearer ${bob.token}` }),
      'bob',
    ],
    [
      'a bearer token beside a garbage cookie',
      () => ({ cookie: 'ory_kratos_session=x', authorization: `Bearer ${bob.token}` }),
      500,
    ],
    ['the first of two good cookies', () => ({ cookie: `${bob.cookie}; ${ada.cookie}` }), 'bob'],
    [
      'the first good one behind two bad ones',
      () => ({ cookie: `ory_kratos_session=; ory_kratos_session=x; ${bob.cookie}` }),
      'bob',
    ],
    ['a cookie with blanks around it', () => ({ cookie: `a=b ;  ${ada.cookie} ;c` }), 'ada'],
    [
      'a bearer token beside a cookie that Go does not read',
      () => ({ cookie: 'ory_kratos_session=a\\b', authorization: `Bearer ${ada.token}` }),
      'ada',
    ],
    ['a scheme in capitals', () => ({ authorization: `BEARER ${ada.token}` }), 'ada'],
    ['a scheme alone', () => ({ authorization: 'Bearer' }), 401],
    ['a token without a scheme', () => ({ authorization: ada.token }), 401],
    ['three parts', () => ({ authorization: `Bearer ${ada.token} x` }), 401],
  ]

  it.each(cases)('takes %s', async (_name, headers, expected) => {
    expect(await who(headers())).toBe(expected)
  })

  it('refuses the cookie of a session that is over, whatever bearer token is beside it', async () => {
    ory.revoke(ada)

    expect(await who({ cookie: ada.cookie, authorization: `Bearer ${bob.token}` })).toBe(401)
  })
})

describe('what whoami answers', () => {
  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'TRACE'])(
    'answers %s alike',
    async (method) => {
      const headers = { 'x-session-token': ada.token }
      const answer = await ask(ory.url, { method, headers })

      expect(answer.status).toBe(200)
      expect(answer.text === '').toBe(method === 'HEAD')
      expect(Number(answer.header('content-length'))).toBeGreaterThan(1000)
    },
  )

  it('describes traits that an admin imported as null', async () => {
    const { cookie } = ory.signIn({ traits: null as never })
    const { status, body } = await ask(ory.url, { headers: { cookie } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ identity: { traits: null } })
  })

  it('escapes what HTML could misread, and ends with a newline, as Go does', async () => {
    const traits = { name: '<b>&\u2028Ä</b>' }
    const { token } = ory.signIn({ traits })
    const answer = await ask(ory.url, { headers: { 'x-session-token': token } })

    expect(answer.text).toContain('"\\u003cb\\u003e\\u0026\\u2028Ä\\u003c/b\\u003e"')
    expect(answer.text.at(-1)).toBe('\n')
    expect(Number(answer.header('content-length'))).toBe(Buffer.byteLength(answer.text))
    expect(answer.body).toMatchObject({ identity: { traits } })
  })

  it.each([
    ['whoami without a credential', {}, 401],
    ['a template that does not exist', { path: '/sessions/whoami?tokenize_as=a%22b' }, 400],
  ])('repeats the X-Request-ID in an error: %s', async (_name, question, status) => {
    const headers = {
      'x-request-id': 'r-1',
      ...(status === 400 ? { 'x-session-token': ada.token } : {}),
    }
    const answer = await ask(ory.url, { ...question, headers })

    expect(answer).toMatchObject({ status, body: { error: { code: status, request: 'r-1' } } })
  })

  it.each([
    ['x', 'base64 decode failed - caused by: illegal base64 data at input byte 0'],
    ['abcd!', 'base64 decode failed - caused by: illegal base64 data at input byte 4'],
    ['abcde', 'base64 decode failed - caused by: illegal base64 data at input byte 4'],
    ['abcd', 'the value is not valid'],
    ['abc=', 'the value is not valid'],
  ])('says of the cookie %s what securecookie says', async (value, complaint) => {
    const headers = { 'x-session-token': ada.token, cookie: `ory_kratos_session=${value}` }

    expect(await ask(ory.url, { headers })).toMatchObject({
      status: 500,
      body: { error: { code: 500, message: `securecookie: ${complaint}` } },
    })
  })

  it('tokenizes into a JWT about that session', async () => {
    const headers = { 'x-session-token': ada.token }
    const answer = await ask(ory.url, { path: '/sessions/whoami?tokenize_as=api', headers })
    const { tokenized } = answer.body as { tokenized: string }
    const [header, claims] = tokenized
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))

    expect(header).toEqual({ alg: 'ES256', kid: 'k1', typ: 'JWT' })
    expect(claims).toMatchObject({ sid: ada.session.id, sub: ada.session.identity.id })
  })

  it.each([
    ['aal0', 'aal1', true, 403],
    ['aal0', 'highest_available', false, 200],
    ['aal1', 'aal1', true, 200],
    ['aal1', 'highest_available', false, 200],
    ['aal1', 'highest_available', true, 403],
    ['aal2', 'highest_available', true, 200],
    ['aal3', 'highest_available', true, 200],
  ] as const)(
    '%s where %s is required, enrolled: %s',
    async (aal, requiredAal, secondFactor, status) => {
      const other = await createFakeOry({ requiredAal })
      const { token } = other.signIn({ aal, secondFactor })
      const answer = await ask(other.url, { headers: { 'x-session-token': token } })
      await other.close()

      expect(answer.status).toBe(status)
      expect(answer.header('ory-error-id')).toBe(
        status === 403 ? 'session_aal2_required' : undefined,
      )
    },
  )
})

const spaced = (cookie: string) => cookie.replace('=', ' =')
const both = (token: string, authorization: string) => ({ 'x-session-token': token, authorization })
