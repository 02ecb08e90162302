import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { request as rawRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOrySession } from '../../lib/index.js'
import type { OrySession } from '../../lib/index.js'
import { orySession } from '../../lib/fastify/index.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { expectDenial, renewing } from './expect-denial.js'

let fake: FakeOry
let ory: OrySession
let app: FastifyInstance

beforeEach(async () => {
  fake = await createFakeOry()
  ory = createOrySession({ url: fake.url })
  app = Fastify()
  await app.register(orySession, { ory })
})
afterEach(async () => {
  await app.close()
  await ory.close()
  await fake.close()
})

async function get(
  path: string,
  headers: Record<string, string> = {},
  of = app,
): Promise<Response> {
  if (!of.server.listening) await of.listen({ port: 0, host: '127.0.0.1' })
  const { port } = of.server.address() as AddressInfo
  return fetch(`http://127.0.0.1:${port}${path}`, { headers })
}

describe('the plugin for Fastify', () => {
  it('lets a live session pass, and keeps the answer from shared caches', async () => {
    app.get('/me', { onRequest: app.requireSession() }, ({ session }) => session.identity.traits)
    const { cookie } = fake.signIn({ traits: { email: 'ada@example.com' } })
    const response = await get('/me', { cookie })
    expect(await response.json()).toEqual({ email: 'ada@example.com' })
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(response.headers.get('vary')).toBe('X-Session-Token, Authorization, Cookie')
  })

  it.each(['401', '403', '503'] as const)('answers with the whole denial: %s', async (status) => {
    app.get('/me', { onRequest: app.requireSession({ aal: 'aal2' }) }, () => 'unreachable')
    const { cookie } = fake.signIn({ secondFactor: true })
    if (status === '503') fake.fault(503)
    await expectDenial(await get('/me', status === '401' ? {} : { cookie }), status)
  })

  it('keeps what an earlier hook has put on the answer of a denial', async () => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Access-Control-Allow-Origin', 'https://app.example').header('Vary', 'Origin')
    })
    app.get('/me', { onRequest: app.requireSession() }, () => 'unreachable')
    const { headers } = await get('/me')
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(headers.get('vary')).toBe('Origin, X-Session-Token, Authorization, Cookie')
  })

  it('hands a renewed cookie on, whatever the handler does to the headers', async () => {
    app.get('/page', { onRequest: app.requireSession() }, async (_request, reply) =>
      reply
        .header('Set-Cookie', 'theme=dark')
        .header('Cache-Control', 'public, max-age=60')
        .header('CDN-Cache-Control', 'max-age=60')
        .send('page'),
    )
    const { headers } = await get('/page', { cookie: renewing(fake) })
    expect(headers.getSetCookie()).toEqual([
      'theme=dark',
      expect.stringMatching(/^ory_kratos_session=/),
    ])
    expect(headers.get('cache-control')).toBe('private, max-age=60')
    expect(headers.get('cdn-cache-control')).toBeNull()
  })

  it('guards every route of a scope whose hook it is, before a body is read', async () => {
    let isParsed = false
    app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => {
      isParsed = true
      done(null, body)
    })
    await app.register(async (scope) => {
      scope.addHook('onRequest', scope.requireSession())
      scope.post('/note', () => 'unreachable')
    })
    expect((await get('/note')).status).toBe(404)
    const { port } = app.server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/note`, { method: 'POST', body: 'text' })
    expect([response.status, isParsed]).toEqual([401, false])
  })

  it('fails where a handler reads a session that no hook has checked', async () => {
    const seen: unknown[] = []
    app.setErrorHandler((error, _request, reply) => {
      seen.push(error)
      return reply.code(500).send()
    })
    app.get('/open', ({ session }) => session)
    expect((await get('/open')).status).toBe(500)
    expect(seen).toEqual([expect.objectContaining({ code: 'ERR_ORY_UNCHECKED_SESSION' })])
  })

  it('makes a session optional, but never takes an outage for a logout', async () => {
    app.get('/', { onRequest: app.optionalSession() }, (request) => ({
      who: ory.getSession(request)?.identity.id ?? 'nobody',
    }))
    const { cookie, session } = fake.signIn()
    expect(await (await get('/')).json()).toEqual({ who: 'nobody' })
    expect(await (await get('/', { cookie })).json()).toEqual({ who: session.identity.id })
    fake.fault(503)
    expect((await get('/', { cookie: fake.signIn().cookie })).status).toBe(503)
  })

  it('gives the predicate of a policy the request of Fastify', async () => {
    const own = app.requireSession({
      allow: ({ identity }, { params }) => identity.id === (params as { id: string }).id,
    })
    app.get('/users/:id', { onRequest: own }, () => 'mine')
    const { cookie, session } = fake.signIn()
    expect((await get(`/users/${session.identity.id}`, { cookie })).status).toBe(200)
    expect((await get('/users/another', { cookie })).status).toBe(403)
  })

  it('sees a token that is sent twice', async () => {
    app.get('/me', { onRequest: app.requireSession() }, () => 'unreachable')
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const token = ['X-Session-Token', fake.signIn().token]
    const status = await new Promise((resolve) =>
      rawRequest({ port, host: '127.0.0.1', path: '/me', headers: [...token, ...token] })
        .on('response', (response) => resolve(response.resume().statusCode))
        .end(),
    )
    expect(status).toBe(400)
  })

  it('lets the application answer a denial by its own error handler', async () => {
    const own = Fastify()
    await own.register(orySession, {
      ory,
      onDenied: (error) => {
        throw error
      },
    })
    own.setErrorHandler((error: { code: string }, _request, reply) => reply.send(error.code))
    own.get('/me', { onRequest: own.requireSession() }, () => 'unreachable')
    expect(await (await get('/me', {}, own)).text()).toBe('session_missing')
    await own.close()
  })

  it('goes on to no route if an own answer to denials answers nothing', async () => {
    const own = Fastify()
    await own.register(orySession, { ory, onDenied: (() => undefined) as never })
    let handled = 0
    const onRequest = [own.optionalSession(), own.requireSession({ aal: 'aal2' })]
    own.get('/transfer', { onRequest }, () => (handled += 1))
    const { cookie } = fake.signIn()
    expect((await get('/transfer', { cookie }, own)).status).toBe(403)
    expect(handled).toBe(0)
    await own.close()
  })

  it('puts the session on the property of the instance', async () => {
    const own = Fastify()
    const other = createOrySession({ url: fake.url, property: 'ory' })
    await own.register(orySession, { ory: other })
    own.get('/me', { onRequest: own.requireSession() }, (request) => ({
      id: (request as unknown as { ory: { id: string } }).ory.id,
    }))
    const { cookie, session } = fake.signIn()
    expect(await (await get('/me', { cookie }, own)).json()).toEqual({ id: session.id })
    await own.close()
    await other.close()
  })

  it.each([
    ['redirectToLogin', { redirectToLogin: true }, /works in requireSession\(\) for Express/],
    ['an unknown level', { aal: 'aal9' as 'aal2' }, /policy\.aal must be/],
  ])('refuses a policy with %s when the hook is made', async (_what, policy, message) => {
    const own = Fastify()
    const redirecting = createOrySession({ url: fake.url, appUrl: 'https://app.example' })
    await own.register(orySession, { ory: redirecting })
    expect(() => own.requireSession(policy)).toThrow(message)
    await own.close()
  })

  it('refuses an instance that createOrySession did not make', async () => {
    const register = async (): Promise<unknown> =>
      Fastify().register(orySession, { ory: { ...ory } })
    await expect(register()).rejects.toThrow(/ory must be what createOrySession returned/)
  })
})
