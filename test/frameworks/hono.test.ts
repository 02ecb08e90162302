import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { createOrySession, isSessionError } from '../../lib/index.js'
import type { OrySession } from '../../lib/index.js'
import { optionalSession, requireSession } from '../../lib/hono/index.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { expectDenial, renewing } from './expect-denial.js'

let fake: FakeOry
let ory: OrySession
let app: Hono

beforeEach(async () => {
  fake = await createFakeOry()
  ory = createOrySession({ url: fake.url })
  app = new Hono()
})
afterEach(async () => {
  await ory.close()
  await fake.close()
})

const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  app.request(path, { headers })

describe('the middleware for Hono', () => {
  it('lets a live session pass, and keeps the answer from shared caches', async () => {
    app.get('/me', requireSession(ory), (c) => c.json(c.var.session.identity.traits))
    const { cookie } = fake.signIn({ traits: { email: 'ada@example.com' } })
    const response = await get('/me', { cookie })
    expect(await response.json()).toEqual({ email: 'ada@example.com' })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toBe('X-Session-Token, Authorization, Cookie')
  })

  it.each(['401', '403', '503'] as const)('answers with the whole denial: %s', async (status) => {
    app.get('/me', requireSession(ory, { aal: 'aal2' }), (c) => c.text('unreachable'))
    const { cookie } = fake.signIn({ secondFactor: true })
    if (status === '503') fake.fault(503)
    await expectDenial(await get('/me', status === '401' ? {} : { cookie }), status)
  })

  it.each([
    ['as it is', (response: Response) => response],
    ['wrapped', (response: Response) => new Response(response.body, response)],
  ])('leaves the denial to an own handler, which answers with it %s', async (_how, wrap) => {
    app.onError((error) => {
      if (!isSessionError(error)) throw error
      return wrap(error.getResponse())
    })
    app.get('/me', requireSession(ory), (c) => c.text('unreachable'))
    await expectDenial(await get('/me'), '401')
  })

  it('keeps what another middleware has put on the answer of a denial', async () => {
    app.use(cors({ origin: 'https://app.example', credentials: true }))
    app.get('/me', requireSession(ory), (c) => c.text('unreachable'))
    const { headers } = await get('/me', { origin: 'https://app.example' })
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(headers.get('vary')).toBe('X-Session-Token, Authorization, Cookie, Origin')
  })

  it('hands a renewed cookie on, whatever the handler does to the headers', async () => {
    app.get('/page', requireSession(ory), () => {
      const headers = { 'Set-Cookie': 'theme=dark', 'Cache-Control': 'public, max-age=60' }
      return new Response('page', { headers: { ...headers, 'CDN-Cache-Control': 'max-age=60' } })
    })
    const { headers } = await get('/page', { cookie: renewing(fake) })
    expect(headers.getSetCookie()).toEqual([
      'theme=dark',
      expect.stringMatching(/^ory_kratos_session=/),
    ])
    expect(headers.get('cache-control')).toBe('private, max-age=60')
    expect(headers.get('cdn-cache-control')).toBeNull()
  })

  it('hands a renewed cookie on with a denial', async () => {
    app.get('/me', requireSession(ory, { aal: 'aal2' }), (c) => c.text('unreachable'))
    const { session, cookie } = fake.signIn({ secondFactor: true })
    fake.extend(session)
    const response = await get('/me', { cookie })
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^ory_kratos_session=/)])
    await expectDenial(response, '403')
  })

  it('makes a session optional, but never takes an outage for a logout', async () => {
    app.get('/', optionalSession(ory), (c) => c.text(c.var.session?.identity.id ?? 'nobody'))
    const { cookie, session } = fake.signIn()
    expect(await (await get('/')).text()).toBe('nobody')
    expect(await (await get('/', { cookie })).text()).toBe(session.identity.id)
    fake.fault(503)
    expect((await get('/', { cookie: fake.signIn().cookie })).status).toBe(503)
  })

  it('gives the predicate of a policy the context of Hono', async () => {
    const own = requireSession(ory, {
      allow: ({ identity }, c) => identity.id === c.req.param('id'),
    })
    app.get('/users/:id', own, (c) => c.text('mine'))
    const { cookie, session } = fake.signIn()
    expect((await get(`/users/${session.identity.id}`, { cookie })).status).toBe(200)
    expect((await get('/users/another', { cookie })).status).toBe(403)
  })

  it('refuses a form from another site', async () => {
    app.post('/transfer', requireSession(ory), (c) => c.text('unreachable'))
    const { cookie } = fake.signIn()
    const headers = { cookie, origin: 'https://evil.example' }
    expect((await app.request('/transfer', { method: 'POST', headers })).status).toBe(403)
  })

  it('refuses a token that is sent twice', async () => {
    app.get('/me', requireSession(ory), (c) => c.text('unreachable'))
    const token: [string, string] = ['X-Session-Token', fake.signIn().token]
    expect((await app.request('/me', { headers: [token, token] })).status).toBe(400)
  })

  it('leaves a 101 as it is', async () => {
    const upgraded = { status: 101, headers: new Headers(), body: null }
    app.get('/socket', requireSession(ory), () => upgraded as unknown as Response)
    const { cookie } = fake.signIn()
    expect(await get('/socket', { cookie })).toBe(upgraded)
  })

  it('refuses redirectToLogin, and an instance that createOrySession did not make', () => {
    const redirecting = createOrySession({ url: fake.url, appUrl: 'https://app.example' })
    expect(() => requireSession(redirecting, { redirectToLogin: true })).toThrow(
      /works in requireSession\(\) for Express/,
    )
    expect(() => requireSession({ ...ory })).toThrow(/ory must be what createOrySession returned/)
  })
})
