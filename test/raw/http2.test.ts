import { describe, expect, it } from '@jest/globals'
import type { FakeOryOptions, SignedIn } from '../../lib/testing/index.js'
import {
  expectDenial,
  malformed,
  sessionInvalid,
  sessionMissing,
  unavailable,
} from '../support/denial.js'
import { byToken, madeUpToken } from '../support/world.js'
import { createHttp2World, send, sessionId } from './http2-site.js'
import type { Http2Reply } from './http2-site.js'

const start = createHttp2World()

/** What a reply by HTTP/2 may not have (RFC 9113 §8.2.2). */
const connectionHeaders = [
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'],
]

const byCookie = ({ cookie }: SignedIn): { cookie: string } => ({ cookie })
const idOf = ({ session }: SignedIn): string => session.id

/** Legal for HTTP/2: names in lower case, nothing of the connection, each but `Set-Cookie` once. */
function expectLegal({ names }: Http2Reply): void {
  expect(names).toEqual(names.map((name) => name.toLowerCase()))
  expect(names.filter((name) => connectionHeaders.includes(name))).toEqual([])
  const single = names.filter((name) => name !== 'set-cookie')
  expect(single).toHaveLength(new Set(single).size)
}

describe('over HTTP/2', () => {
  it('a session is asked about once, and then a hit', async () => {
    const { fake, ory, site, client } = await start()
    const person = fake.signIn()

    const replies = [await send(client, byToken(person)), await send(client, byToken(person))]

    expect(replies.map(({ status }) => status)).toEqual([200, 200])
    expect(replies.map(sessionId)).toEqual([idOf(person), idOf(person)])
    expect(replies[1]!.headers).toMatchObject({
      vary: 'X-Session-Token, Authorization, Cookie',
      'cache-control': 'private, no-store',
    })
    for (const reply of replies) expectLegal(reply)
    expect(fake.calls.whoami).toBe(1)
    expect(ory.stats()).toMatchObject({ hits: 1, misses: 1 })
    expect(site.errors).toEqual([])
  })

  it('every denial is legal, and the same as over HTTP/1', async () => {
    const { fake, site, client } = await start()
    const token = fake.signIn().token

    const replies = {
      missing: await send(client),
      invalid: await send(client, { 'x-session-token': madeUpToken() }),
      malformed: await send(client, { 'x-session-token': `${token}, x` }),
      foreign: await send(client, { authorization: 'Bearer ory_at_x' }),
    }
    fake.fault(500)
    const fault = await send(client, { 'x-session-token': token })

    expectDenial(replies.missing, sessionMissing)
    expectDenial(replies.invalid, sessionInvalid)
    expectDenial(replies.malformed, malformed)
    expectDenial(replies.foreign, sessionMissing)
    expectDenial(fault, unavailable)
    for (const reply of [...Object.values(replies), fault]) expectLegal(reply)
    expect(connectionHeaders.filter((name) => site.headersSet.has(name))).toEqual([])
    expect(site.errors).toEqual([])
  })

  it.each<[string, FakeOryOptions]>([
    ['here', {}],
    ['by Ory itself', { requiredAal: 'highest_available' }],
  ])('a second factor is demanded %s', async (_name, fakeOptions) => {
    const { fake, client } = await start({ policy: { aal: 'aal2' }, fakeOptions })
    const person = fake.signIn({ secondFactor: true })

    const before = await send(client, byToken(person))
    fake.stepUp(person)
    const after = await send(client, byToken(person))

    expectDenial(before, {
      status: 403,
      code: 'session_aal2_required',
      challenge: 'Bearer realm="ory", error="insufficient_user_authentication", acr_values="aal2"',
      members: {
        required_aal: 'aal2',
        redirect_browser_to: `${fake.url}/self-service/login/browser?aal=aal2`,
      },
    })
    expectLegal(before)
    expect(after.status).toBe(200)
  })

  it('a browser is redirected to where it asked for', async () => {
    const { client } = await start({
      options: { appUrl: 'https://app.example' },
      policy: { redirectToLogin: true },
    })

    const reply = await send(client, { ':path': '/a?b=c', 'sec-fetch-dest': 'document' })

    expect(reply.status).toBe(303)
    expect(new URL(String(reply.headers['location'])).searchParams.get('return_to')).toBe(
      'https://app.example/a?b=c',
    )
    expectLegal(reply)
  })

  it('cookies that come in several fields, as HTTP/2 splits them, are one header', async () => {
    const { fake, client } = await start()
    const [one, other] = [fake.signIn(), fake.signIn()]

    const replies = [
      await send(client, { cookie: ['a=1', one.cookie, 'b=2'] }),
      await send(client, { cookie: [other.cookie, 'a=1', one.cookie] }),
      await send(client, { cookie: ['a=1', 'b=2'] }),
    ]

    expect(replies.slice(0, 2).map(sessionId)).toEqual([idOf(one), idOf(other)])
    expectDenial(replies[2]!, sessionMissing)
    expect(fake.calls.all.map(({ headers }) => headers.cookie)).toEqual([
      one.cookie,
      `${other.cookie}; ${one.cookie}`,
    ])
  })

  it('a renewed cookie is handed on', async () => {
    const { fake, client } = await start({ fakeOptions: { sessionLifespanMs: 60_000 } })
    const person = fake.signIn()
    fake.extend(person, 60_000)

    const reply = await send(client, byCookie(person))

    expect(reply.headers['set-cookie']).toEqual([
      expect.stringMatching(/^ory_kratos_session=[^;]+; /),
    ])
    expectLegal(reply)
  })

  it('a POST is judged by its authority, and HEAD has no body', async () => {
    const { fake, site, client } = await start()
    const headers = byCookie(fake.signIn())
    const post = { ':method': 'POST', ...headers }

    const own = await send(client, { ...post, origin: `http://127.0.0.1:${site.port}` })
    const foreign = await send(client, { ...post, origin: 'https://evil.example' })
    const head = await send(client, { ':method': 'HEAD', ...headers })
    const denied = await send(client, { ':method': 'HEAD' })

    expect(own.status).toBe(200)
    expectDenial(foreign, { status: 403, code: 'cross_site_request' })
    expect([head.status, head.text]).toEqual([200, ''])
    expect([denied.status, denied.text]).toEqual([401, ''])
    expect(Number(denied.headers['content-length'])).toBeGreaterThan(0)
    for (const reply of [own, foreign, head, denied]) expectLegal(reply)
  })
})
