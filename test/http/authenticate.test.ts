import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from '@jest/globals'
import { getSession, SessionError } from '../../lib/index.js'
import type { SessionRequest, SessionPolicy } from '../../lib/index.js'
import type { FakeOry, SignedIn } from '../../lib/testing/index.js'
import { frameworks } from '../support/frameworks.js'
import { byToken, createWorld, madeUpToken } from '../support/world.js'

const world = createWorld()

const shapes: readonly [string, (signedIn: SignedIn) => SessionRequest, string][] = [
  [
    'a fetch Request',
    ({ token }) => new Request('http://a/', { headers: { 'X-Session-Token': token } }),
    'x-session-token',
  ],
  [
    'a fetch Request with a bearer',
    ({ token }) => new Request('http://a/', { headers: { authorization: `Bearer ${token}` } }),
    'bearer',
  ],
  ['a fetch Request with a cookie', ({ cookie }) => requestWithCookie(cookie), 'cookie'],
  [
    'an object with Headers',
    ({ token }) => ({ headers: new Headers({ 'X-Session-Token': token }) }),
    'x-session-token',
  ],
  ['an object', ({ token }) => ({ headers: { 'x-session-token': token } }), 'x-session-token'],
  [
    'an object in capitals',
    ({ token }) => ({ headers: { 'X-SESSION-TOKEN': token } }),
    'x-session-token',
  ],
  [
    'an object with a list',
    ({ token }) => ({ headers: { Authorization: [`Bearer ${token}`] } }),
    'bearer',
  ],
  [
    'an object with a list of cookies',
    ({ cookie }) => ({ headers: { Cookie: ['a=1', cookie] } }),
    'cookie',
  ],
  [
    'an object with a method and a URL',
    ({ cookie }) => ({ headers: { cookie }, method: 'GET', url: '/x' }),
    'cookie',
  ],
  [
    'headers without a prototype',
    ({ token }) => ({ headers: Object.assign(Object.create(null), { 'x-session-token': token }) }),
    'x-session-token',
  ],
  [
    'what has a fetch Request as raw, like in Hono',
    ({ token }) => ({
      raw: new Request('http://a/', { headers: { 'X-Session-Token': token } }),
      header: () => undefined,
    }),
    'x-session-token',
  ],
  [
    'what has headers of its own and a request as raw, like in Fastify',
    ({ token }) => ({ raw: { headers: { 'x-session-token': token } }, headers: {} }),
    'x-session-token',
  ],
  [
    'what has something else as raw',
    ({ token }) => ({ raw: 'body', headers: { 'x-session-token': token } }),
    'x-session-token',
  ],
  [
    'undefined headers beside',
    ({ token }) => ({ headers: { authorization: undefined, 'x-session-token': token } }),
    'x-session-token',
  ],
]

/** A `Cookie` is forbidden in a Request of a browser's, and not in one that a server was given. */
function requestWithCookie(cookie: string): Request {
  const request = new Request('http://a/')
  request.headers.set('cookie', cookie)
  return request
}

describe('authenticate', () => {
  it.each(shapes)('takes %s', async (_name, make, source) => {
    const { fake, ory } = await world.start()
    const signedIn = fake.signIn()

    const first = await ory.authenticate(make(signedIn))
    const second = await ory.authenticate(make(signedIn))
    const third = await ory.authenticate(make(signedIn))

    const { session } = JSON.parse(JSON.stringify({ session: signedIn.session })) as object as {
      session: object
    }
    expect(first).toMatchObject({ session, source, servedFrom: 'upstream' })
    expect(second).toMatchObject({ session, source, servedFrom: 'cache' })
    expect(first.error).toBeUndefined()
    expect(third.session).toBe(second.session)
    expect(fake.calls.whoami).toBe(1)
  })

  it.each(frameworks)("takes Node's own request, under $name", async (framework) => {
    const { fake, ory } = await world.start()
    const seen: unknown[] = []
    const site = await world.site(
      (request, response) => {
        void ory.authenticate(request).then((result) => {
          seen.push(result)
          response.end()
        })
      },
      { framework },
    )
    const signedIn = fake.signIn()

    await fetch(site.origin, { headers: byToken(signedIn) })
    await fetch(site.origin)

    expect(seen).toMatchObject([
      { session: { id: signedIn.session.id }, source: 'x-session-token' },
      { error: { code: 'session_missing', status: 401 } },
    ])
    // It decides, and leaves the request alone.
    expect(getSession(site.visits[0]!.request)).toBeUndefined()
  })

  it.each<[string, (fake: FakeOry) => SessionRequest, SessionPolicy, number, string]>([
    ['nothing', () => ({ headers: {} }), {}, 401, 'session_missing'],
    [
      'a made-up token',
      () => ({ headers: byToken({ token: madeUpToken() }) }),
      {},
      401,
      'session_invalid',
    ],
    [
      'a malformed header',
      () => ({ headers: { authorization: 'Bearer a b' } }),
      {},
      400,
      'credential_malformed',
    ],
    [
      'two token headers',
      () => ({ headers: { 'x-session-token': [madeUpToken(1), madeUpToken(2)] } }),
      {},
      400,
      'credential_malformed',
    ],
    [
      'one token header in two spellings',
      () => ({ headers: { 'x-session-token': madeUpToken(1), 'X-Session-Token': madeUpToken(2) } }),
      {},
      400,
      'credential_malformed',
    ],
    [
      'two authorizations in Headers',
      () => ({
        headers: new Headers([
          ['authorization', `Bearer ${madeUpToken(1)}`],
          ['authorization', `Bearer ${madeUpToken(2)}`],
        ]),
      }),
      {},
      400,
      'credential_malformed',
    ],
    [
      'a level too low',
      (fake) => ({ headers: byToken(fake.signIn()) }),
      { aal: 'aal2' },
      403,
      'session_aal2_required',
    ],
    [
      'another site',
      (fake) => ({
        headers: { cookie: fake.signIn().cookie, 'Sec-Fetch-Site': 'cross-site' },
        method: 'POST',
      }),
      {},
      403,
      'cross_site_request',
    ],
    [
      'an outage',
      (fake) => {
        fake.database.stop()
        return { headers: byToken({ token: madeUpToken() }) }
      },
      {},
      503,
      'authentication_unavailable',
    ],
  ])(
    'resolves to an error, and never rejects, for %s',
    async (_name, make, policy, status, code) => {
      const { fake, ory } = await world.start()

      const result = await ory.authenticate(make(fake), policy)

      expect(result.session).toBeUndefined()
      expect(result.error).toBeInstanceOf(SessionError)
      expect(result.error).toMatchObject({ status, statusCode: status, code, expose: true })
    },
  )

  it('rejects for what a hook throws, and for a policy that is wrong', async () => {
    const { fake, ory } = await world.start()
    const request = { headers: byToken(fake.signIn()) }
    const boom = new Error('broken')

    await expect(
      ory.authenticate(request, {
        allow: () => {
          throw boom
        },
      }),
    ).rejects.toBe(boom)
    await expect(ory.authenticate(request, { aal: 'aal9' } as never)).rejects.toThrow(/aal/)
  })

  it('throws for an answer that is read without await, so that nobody passes by it', async () => {
    const { ory } = await world.start()
    const promise = ory.authenticate({ headers: {} })
    for (const name of ['session', 'error', 'source', 'servedFrom', 'setCookie']) {
      expect(() => Reflect.get(promise, name)).toThrow(
        expect.objectContaining({ code: 'ERR_ORY_AWAIT_MISSING' }),
      )
    }
    expect((await promise).error?.code).toBe('session_missing')
  })

  it('gives the predicate the request that it was given', async () => {
    const { fake, ory } = await world.start()
    const request = { headers: byToken(fake.signIn()), params: { id: 7 } }
    const seen: unknown[] = []

    await ory.authenticate(request, {
      allow: (_session, given: IncomingMessage) => seen.push(given) > 0,
    })

    expect(seen[0]).toBe(request)
  })

  it('shares its cache with the middleware', async () => {
    const { fake, ory, get } = await world.start()
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)

    expect(await ory.authenticate({ headers })).toMatchObject({ servedFrom: 'cache' })
  })
})
