import { createServer, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { connect as connectTo } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { OrySession } from '../../lib/index.js'
import { createWorld } from '../support/world.js'

jest.setTimeout(30_000)

const world = createWorld()
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

type Transport = 'polling' | 'websocket'
const transports: readonly Transport[] = ['polling', 'websocket']
const madeUp = 'ory_kratos_session=MTcyfGp1bms'

/** A Socket.IO server that sends each client the id of its session. */
async function startServer(ory: OrySession): Promise<string> {
  const server = createServer()
  const sockets = new Server(server)
  sockets.engine.use(ory.requireSession())
  sockets.on('connection', (socket) => {
    socket.emit('session', ory.getSession(socket.request)?.id)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => sockets.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Connects, and resolves to the id that the server sends, or to why it refused. */
async function connect(
  url: string,
  transport: Transport,
  extraHeaders: Record<string, string>,
): Promise<{ id: string } | { failure: Error }> {
  const socket: Socket = io(url, {
    transports: [transport],
    extraHeaders,
    reconnection: false,
    forceNew: true,
  })
  closers.push(() => socket.disconnect())
  return new Promise((resolve) => {
    socket.once('session', (id: string) => resolve({ id }))
    socket.once('connect_error', (failure: Error) => resolve({ failure }))
  })
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** Sends the first request of a transport. Resolves to `undefined` if the server only hangs up. */
function handshake(
  url: string,
  transport: Transport,
  headers: Record<string, string>,
): Promise<Answer | undefined> {
  const sent = request(`${url}/socket.io/?EIO=4&transport=${transport}`, {
    headers: transport === 'polling' ? headers : { ...headers, ...upgrade },
    agent: false,
  })
  return new Promise((resolve, reject) => {
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve(undefined)
      else reject(error)
    })
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode!, headers: response.headers, text: '' })
    })
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, text })
      })
    })
    sent.end()
  })
}

describe.each(transports)('requireSession in io.engine.use, by %s', (transport) => {
  it('lets a live session connect, and the socket finds it on its request', async () => {
    const { fake, ory } = await world.start()
    const { cookie, session } = fake.signIn()
    const url = await startServer(ory)

    expect(await connect(url, transport, { Cookie: cookie })).toEqual({ id: session.id })
  })

  it('refuses a client without a session or with a made-up cookie, and goes on', async () => {
    const { fake, ory } = await world.start()
    const { cookie, session } = fake.signIn()
    const url = await startServer(ory)

    const results = [
      await connect(url, transport, {}),
      await connect(url, transport, { Cookie: madeUp }),
      await connect(url, transport, { Cookie: cookie }),
    ]

    const failure = expect.any(Error)
    expect(results).toEqual([{ failure }, { failure }, { id: session.id }])
    expect(ory.stats().denials).toMatchObject({ session_missing: 1, session_invalid: 1 })
  })

  it('lets a session connect whose cookie Ory renews', async () => {
    const { fake, ory } = await world.start()
    const { cookie, session } = fake.signIn()
    fake.extend(session)
    const url = await startServer(ory)

    expect(await connect(url, transport, { Cookie: cookie })).toEqual({ id: session.id })
  })

  it('sends the renewed cookie with the answer to the handshake', async () => {
    const { fake, ory } = await world.start()
    const { cookie, session } = fake.signIn()
    fake.extend(session)
    const url = await startServer(ory)

    const answer = await handshake(url, transport, { Cookie: cookie })

    expect(answer?.status).toBe(transport === 'polling' ? 200 : 101)
    expect(answer?.headers['set-cookie']).toEqual([expect.stringMatching(/^ory_kratos_session=/)])
  })
})

describe('requireSession in io.engine.use', () => {
  it.each([
    ['no credential', {}, 'session_missing'],
    ['a made-up cookie', { Cookie: madeUp }, 'session_invalid'],
  ])('answers polling with %s by a whole denial', async (_name, headers, code) => {
    const { ory } = await world.start()
    const url = await startServer(ory)

    const answer = await handshake(url, 'polling', headers)

    expect(answer?.status).toBe(401)
    expect(answer?.headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(answer!.text)).toMatchObject({ status: 401, code })
  })

  // The response that engine.io gives to middleware of a WebSocket handshake writes nothing.
  it.each([
    ['no credential', {}, 'session_missing'],
    ['a made-up cookie', { Cookie: madeUp }, 'session_invalid'],
  ])('hangs up on a WebSocket with %s', async (_name, headers, code) => {
    const { ory } = await world.start()
    const url = await startServer(ory)

    expect(await handshake(url, 'websocket', headers)).toBeUndefined()
    expect(ory.stats().denials[code as 'session_missing']).toBe(1)
  })

  it('lets nobody in while Ory is away', async () => {
    const { fake, ory } = await world.start()
    const { cookie } = fake.signIn()
    fake.fault(503)
    const url = await startServer(ory)

    expect((await handshake(url, 'polling', { Cookie: cookie }))?.status).toBe(503)
    expect(await handshake(url, 'websocket', { Cookie: cookie })).toBeUndefined()
  })

  it('refuses a WebSocket from another site, but lets a polling GET from there through', async () => {
    const { fake, ory } = await world.start()
    const { cookie } = fake.signIn()
    const url = await startServer(ory)
    const headers = { Cookie: cookie, Origin: 'https://evil.example' }

    expect(await handshake(url, 'websocket', headers)).toBeUndefined()
    expect(ory.stats().denials.cross_site_request).toBe(1)
    expect((await handshake(url, 'polling', headers))?.status).toBe(200)
  })

  it('outlives clients that reset while Ory is asked', async () => {
    const { fake, ory } = await world.start()
    const { cookie, session } = fake.signIn()
    const url = await startServer(ory)
    const held = fake.fault('held')
    const head = ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', 'Host: app.example']
    const fields = Object.entries(upgrade).map(([name, value]) => `${name}: ${value}`)
    const clients = Array.from({ length: 5 }, (_, index) => {
      const client = connectTo(Number(new URL(url).port), '127.0.0.1')
      client.write([...head, ...fields, `Cookie: ${madeUp}${index}`, '', ''].join('\r\n'))
      return client
    })
    while (fake.calls.whoami < clients.length)
      await new Promise((resolve) => setTimeout(resolve, 1))

    for (const client of clients) client.on('error', () => undefined).resetAndDestroy()
    // A polling request is answered after the resets have arrived.
    expect((await handshake(url, 'polling', {}))?.status).toBe(401)
    held.heal()

    expect(await connect(url, 'websocket', { Cookie: cookie })).toEqual({ id: session.id })
  })
})
