import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry, SignedIn } from '../../lib/testing/index.js'
import { runExample, stopExamples } from './example.js'
import type { Example } from './example.js'

jest.setTimeout(180_000)

/** Resolves to what the next event of a socket brings. */
const once = (socket: Socket, event: string): Promise<ReturnType<typeof JSON.parse>> =>
  new Promise((resolve) => socket.once(event, resolve))

describe.each(['express', 'fastify'])('examples/nest on %s', (platform) => {
  let fake: FakeOry
  let example: Example
  let url: string
  let bob: SignedIn
  let ada: SignedIn

  beforeAll(async () => {
    fake = await createFakeOry()
    bob = fake.signIn({ traits: { email: 'bob@example.com' } })
    ada = fake.signIn({ traits: { email: 'ada@example.com' }, aal: 'aal2' })
    example = runExample('node --import tsx examples/nest/server.ts', {
      ORY_SDK_URL: fake.url,
      PLATFORM: platform,
      TSX_TSCONFIG_PATH: 'examples/tsconfig.json',
    })
    url = (await example.waitFor(/(http:\/\/127\.0\.0\.1:\d+)\/me\n/))[1]!
  })
  afterAll(async () => {
    await stopExamples()
    await fake.close()
  })

  const ask = (path: string, cookie = '', method = 'GET'): Promise<Response> =>
    fetch(`${url}${path}`, { method, headers: { cookie, origin: url } })

  it.each([
    ['GET', '/', 'nobody', 200],
    ['GET', '/greeting', 'nobody', 200],
    ['GET', '/me', 'nobody', 401],
    ['GET', '/me?page=2', 'bob', 200],
    ['POST', '/transfer', 'nobody', 401],
    ['POST', '/transfer', 'bob', 403],
    ['POST', '/transfer', 'ada', 200],
    ['GET', '/nothing', 'ada', 404],
  ] as const)('answers %s %s by %s with %i', async (method, path, name, status) => {
    const { cookie } = { nobody: { cookie: '' }, bob, ada }[name]
    expect((await ask(path, cookie, method)).status).toBe(status)
  })

  it('shows handlers the session, or that there is none', async () => {
    expect(await (await ask('/me', bob.cookie)).json()).toEqual({ email: 'bob@example.com' })
    expect(await (await ask('/greeting', bob.cookie)).json()).toEqual({ hello: 'bob@example.com' })
    expect(await (await ask('/greeting')).json()).toEqual({ hello: 'you' })
  })

  it.each([
    ['GET', '/me', 'nobody', /^Bearer realm="ory"$/, 'session_missing'],
    ['POST', '/transfer', 'bob', /acr_values="aal2"/, 'session_aal2_required'],
  ] as const)(
    'answers %s %s by %s with the whole denial',
    async (method, path, name, how, code) => {
      const response = await ask(path, name === 'bob' ? bob.cookie : '', method)
      const { headers } = response
      expect(headers.get('content-type')).toBe('application/problem+json')
      expect(headers.get('www-authenticate')).toMatch(how)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('vary')).toContain('X-Session-Token, Authorization, Cookie')
      expect(await response.json()).toMatchObject({ code, status: response.status })
    },
  )

  it('keeps what it sends to a user from shared caches', async () => {
    const { headers } = await ask('/me', bob.cookie)
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('vary')).toContain('Cookie')
  })

  it('hands a renewed cookie on', async () => {
    const { session, cookie } = fake.signIn()
    fake.extend(session)
    const response = await ask('/me', cookie)
    expect(response.headers.getSetCookie()).toHaveLength(1)
  })

  async function query(
    text: string,
    cookie = '',
  ): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, origin: url },
      body: JSON.stringify({ query: text }),
    })
    return { status: response.status, body: await response.json() }
  }

  it('guards resolvers', async () => {
    expect((await query('{ hello }')).body).toEqual({ data: { hello: 'world' } })
    expect((await query('{ me { email } }', bob.cookie)).body).toEqual({
      data: { me: { email: 'bob@example.com' } },
    })
    const missing = await query('{ me { email } }')
    const { extensions } = missing.body.errors[0]
    expect([missing.status, extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(extensions.problem.code).toBe('session_missing')
    const low = await query('mutation { transfer }', bob.cookie)
    expect([low.status, low.body.errors[0].extensions.code]).toEqual([403, 'FORBIDDEN'])
    expect((await query('mutation { transfer }', ada.cookie)).body.data.transfer).toBe(
      ada.session.identity.id,
    )
  })

  const sockets: Socket[] = []
  afterEach(() => sockets.splice(0).forEach((socket) => socket.close()))
  function connect(cookie: string, transport = 'websocket'): Socket {
    // The server waits 30 seconds for a client that leaves between two polls, and only then ends.
    const transports = [transport]
    const options = { transports, reconnection: false, forceNew: true }
    const socket = io(url, { extraHeaders: { cookie }, ...options })
    sockets.push(socket)
    return socket
  }

  it('guards the handshake and each message of a gateway', async () => {
    const error = await once(connect('', 'polling'), 'connect_error')
    expect(String(error.context?.status ?? error)).toContain('401')

    const socket = connect(bob.cookie)
    await once(socket, 'connect')
    expect(await socket.emitWithAck('say', 'hello')).toBe('bob@example.com: hello')
    socket.emit('clear')
    const problem = await once(socket, 'exception')
    expect(problem).toMatchObject({ code: 'session_aal2_required', status: 403 })
  })

  it('ends a connection with the session', async () => {
    const { cookie } = fake.signIn()
    const socket = connect(cookie)
    await once(socket, 'connect')
    const isOver = once(socket, 'disconnect')
    expect((await ask('/logout', cookie, 'POST')).status).toBeLessThan(400)
    await isOver
  })

  it('answers 503, not 401, when Ory is away', async () => {
    const { cookie } = fake.signIn()
    fake.fault(503)
    const response = await ask('/me', cookie)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await query('{ me { email } }', cookie)).body.errors[0].extensions.code).toBe(
      'SERVICE_UNAVAILABLE',
    )
  })

  it('ends on SIGTERM', async () => {
    example.kill('SIGTERM')
    expect(await example.ended()).toBe(0)
  })
})
