import { createServer } from 'node:http'
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
  // Socket.IO types its middleware by a request of its own, which is Node's.
  sockets.engine.use(ory.requireSession())
  sockets.on('connection', (socket) => {
    socket.emit('session', ory.getSession(socket.request)?.id)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => sockets.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Failure extends Error {
  /** The status of a polling request. */
  readonly description?: unknown
}

/** Connects, and resolves to the id that the server sends, or to why it refused. */
async function connect(
  url: string,
  transport: Transport,
  extraHeaders: Record<string, string>,
): Promise<{ id: string } | { failure: Failure }> {
  const socket: Socket = io(url, {
    transports: [transport],
    extraHeaders,
    reconnection: false,
    forceNew: true,
  })
  closers.push(() => socket.disconnect())
  return new Promise((resolve) => {
    socket.once('session', (id: string) => resolve({ id }))
    socket.once('connect_error', (failure: Failure) => resolve({ failure }))
  })
}

/** The handshake of a transport as a bare request, for its status and headers. */
async function handshake(
  url: string,
  transport: Transport,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Headers; text: string }> {
  const upgrade =
    transport === 'polling'
      ? {}
      : {
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        }
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const call = request(`${url}/socket.io/?EIO=4&transport=${transport}`, {
      headers: { ...headers, ...upgrade },
      agent: false,
    })
    call.on('error', reject)
    call.on('upgrade', (response, socket) => {
      socket.destroy()
      const pairs = new Headers(
        Object.entries(response.headersDistinct).flatMap(([name, values]) =>
          (values ?? []).map((value): [string, string] => [name, value]),
        ),
      )
      resolve({ status: 101, headers: pairs, text: '' })
    })
    call.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        const pairs = new Headers(
          Object.entries(response.headersDistinct).flatMap(([name, values]) =>
            (values ?? []).map((value): [string, string] => [name, value]),
          ),
        )
        resolve({ status: response.statusCode!, headers: pairs, text })
      })
    })
    call.end()
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

  it.each([
    ['no credential', {}, 401, 'session_missing'],
    ['a made-up cookie', { Cookie: madeUp }, 401, 'session_invalid'],
  ])('answers the handshake with %s by a whole denial', async (_name, headers, status, code) => {
    const { ory } = await world.start()
    const url = await startServer(ory)

    const answer = await handshake(url, transport, headers)

    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(answer.text)).toMatchObject({ status, code })
  })

  it('answers 503 while Ory is away', async () => {
    const { fake, ory } = await world.start()
    const { cookie } = fake.signIn()
    fake.fault(503)
    const url = await startServer(ory)

    expect((await handshake(url, transport, { Cookie: cookie })).status).toBe(503)
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

    const { status, headers } = await handshake(url, transport, { Cookie: cookie })

    expect(status).toBe(transport === 'polling' ? 200 : 101)
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^ory_kratos_session=/)])
  })
})

describe('requireSession in io.engine.use', () => {
  it('refuses a WebSocket from another site, and a polling GET gets past that check', async () => {
    const { fake, ory } = await world.start()
    const { cookie } = fake.signIn()
    const url = await startServer(ory)
    const headers = { Cookie: cookie, Origin: 'https://evil.example' }

    expect((await handshake(url, 'websocket', headers)).status).toBe(403)
    expect((await handshake(url, 'polling', headers)).status).toBe(200)
  })
})
