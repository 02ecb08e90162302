import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { OrySessionOptions } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { byBearer, byCookie, byToken, createWorld } from '../support/world.js'
import type { Headers } from '../support/world.js'

const world = createWorld()
const name = 'ory_kratos_session'

/** What each of three users would send. */
interface Users {
  readonly a: SignedIn
  readonly b: SignedIn
  readonly c: SignedIn
}

interface Precedence {
  readonly name: string
  readonly options?: OrySessionOptions
  readonly headers: (users: Users) => Headers
  readonly winner: keyof Users
}

const precedences: readonly Precedence[] = [
  {
    name: 'X-Session-Token before all',
    headers: ({ a, b, c }) => ({ ...byToken(a), ...byBearer(b), ...byCookie(c) }),
    winner: 'a',
  },
  {
    name: 'bearer before the cookie',
    headers: ({ a, b }) => ({ ...byBearer(a), ...byCookie(b) }),
    winner: 'a',
  },
  {
    name: 'an empty X-Session-Token as absent',
    headers: ({ a }) => ({ 'X-Session-Token': '', ...byCookie(a) }),
    winner: 'a',
  },
  {
    name: 'a bearer token of another kind as absent',
    headers: ({ a }) => ({ Authorization: 'Bearer ory_at_x.y', ...byCookie(a) }),
    winner: 'a',
  },
  {
    name: 'another scheme as absent',
    headers: ({ a }) => ({ Authorization: 'Basic YTpi', ...byCookie(a) }),
    winner: 'a',
  },
  {
    name: 'a scheme in whatever letters',
    headers: ({ a, b }) => ({ Authorization: `bEARER ${a.token}`, ...byCookie(b) }),
    winner: 'a',
  },
  {
    name: 'another order, as the option says',
    options: { sources: ['cookie', 'bearer', 'x-session-token'] },
    headers: ({ a, b, c }) => ({ ...byToken(a), ...byBearer(b), ...byCookie(c) }),
    winner: 'c',
  },
  {
    name: 'no source that is not enabled',
    options: { sources: ['bearer'] },
    headers: ({ a, b, c }) => ({ ...byToken(a), ...byBearer(b), ...byCookie(c) }),
    winner: 'b',
  },
]

describe('the one credential', () => {
  it.each(precedences)('takes $name', async ({ options = {}, headers, winner }) => {
    const { fake, get } = await world.start({ options })
    const users = { a: fake.signIn(), b: fake.signIn(), c: fake.signIn() }

    const reply = await get(headers(users)).expect(200)

    expect(reply.body.session.id).toBe(users[winner].session.id)
    const { cookie, authorization, ...sent } = fake.calls.last!.headers
    expect(authorization).toBeUndefined()
    expect([cookie, sent['x-session-token']].filter((value) => value !== undefined)).toHaveLength(1)
  })

  it.each([
    ['X-Session-Token', byToken, 'x-session-token'],
    ['bearer', byBearer, 'x-session-token'],
    ['cookie', byCookie, 'cookie'],
  ] as const)(
    'travels alone, with nothing else of the request: %s',
    async (_name, carry, sentAs) => {
      const { fake, site } = await world.start()
      const signedIn = fake.signIn()
      const noise = {
        Accept: 'text/html',
        'Accept-Encoding': 'gzip',
        'Accept-Language': 'de',
        'Cache-Control': 'max-age=0',
        Forwarded: 'for=10.0.0.1',
        Host: 'evil.example',
        Origin: 'https://evil.example',
        Referer: 'https://evil.example/',
        'User-Agent': 'noise',
        'X-Forwarded-For': '10.0.0.1',
        'X-Forwarded-Host': 'evil.example',
        'X-Forwarded-Proto': 'https',
        'X-Request-Id': 'noise',
        'If-None-Match': '"noise"',
      }

      await request(site.origin)
        .get('/path?tokenize_as=api')
        .set({ ...noise, ...carry(signedIn) })
        .expect(200)

      const { method, path, headers, rawHeaders } = fake.calls.last!
      expect([method, path]).toEqual(['GET', '/sessions/whoami'])
      expect(Object.keys(headers).sort()).toEqual(
        ['accept', 'accept-encoding', 'connection', 'host', sentAs].sort(),
      )
      expect(rawHeaders).toHaveLength(2 * 5)
      expect(headers).toMatchObject({
        accept: 'application/json',
        'accept-encoding': 'identity',
        host: new URL(fake.url).host,
        [sentAs]: sentAs === 'cookie' ? signedIn.cookie : signedIn.token,
      })
    },
  )

  it('travels with the headers that the option adds, below a path prefix', async () => {
    const { fake, get } = await world.start({
      fakeOptions: { basePath: '/kratos' },
      options: { upstreamHeaders: { 'X-Gateway-Key': 'key' } },
    })

    await get(byToken(fake.signIn())).expect(200)

    expect(fake.calls.last!.headers['x-gateway-key']).toBe('key')
    expect(fake.calls.last!.path).toBe('/kratos/sessions/whoami')
  })
})

describe('two credentials', () => {
  it.each<[string, (users: Users) => [Headers, Headers]]>([
    ['cookies that share their beginning', ({ a }) => [byCookie(a), { Cookie: `${a.cookie}x` }]],
    [
      'cookies of two names',
      ({ a }) => [byCookie(a), { Cookie: a.cookie.replace(name, 'ory_session_x') }],
    ],
    [
      'a token and a cookie of the same text',
      ({ a }) => [byToken(a), { Cookie: `${name}=${a.token}` }],
    ],
    [
      'the order of two cookies',
      ({ a, b }) => [
        { Cookie: `${a.cookie}; ${b.cookie}` },
        { Cookie: `${b.cookie}; ${a.cookie}` },
      ],
    ],
  ])('are never taken for one: %s', async (_name, pick) => {
    const { fake, get } = await world.start()
    const [first, second] = pick({ a: fake.signIn(), b: fake.signIn(), c: fake.signIn() })

    const one = await get(first).expect(200)
    const two = await get(second)

    expect(two.body.session?.id).not.toBe(one.body.session.id)
    expect(fake.calls.whoami).toBe(2)
  })

  it('are one where a token comes in either of its headers', async () => {
    const { fake, get } = await world.start()
    const signedIn = fake.signIn()

    await get(byToken(signedIn)).expect(200)
    await get(byBearer(signedIn)).expect(200)

    expect(fake.calls.whoami).toBe(1)
  })
})
