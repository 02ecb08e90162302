import { createServer, request } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { WebSocket, WebSocketServer } from 'ws'
import type { VerifyClientCallbackAsync } from 'ws'
import type { OrySession } from '../../lib/index.js'
import { createWorld, madeUpToken } from '../support/world.js'

jest.setTimeout(30_000)

const world = createWorld()
const closers: (() => unknown)[] = []
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close()
})

/** A server of ws that takes the lines of the page, as express-ws passes them on in `wsOptions`. */
async function startServer(ory: OrySession): Promise<number> {
  const verifyClient: VerifyClientCallbackAsync = ({ req }, done) => {
    ory.authenticate(req).then(
      ({ error }) => done(!error, error?.status, JSON.stringify(error), { ...error?.headers }),
      () => done(false, 500),
    )
  }
  const server: Server = createServer()
  const webSockets = new WebSocketServer({ server, verifyClient })
  webSockets.on('connection', (socket, req) => {
    socket.once(
      'close',
      ory.watch(req, { onEnd: ({ status, code }) => socket.close(4_000 + status, code) }),
    )
    socket.send('hello')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of webSockets.clients) socket.terminate()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

interface Denied {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

function handshake(port: number, headers: Record<string, string>): Promise<Denied> {
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      headers: { ...upgrade, ...headers },
      agent: false,
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(text) }),
      )
    })
    sent.end()
  })
}

describe('authenticate in verifyClient', () => {
  it('lets a live session in, and a watch ends its socket', async () => {
    const { fake, ory } = await world.start()
    const person = fake.signIn()
    const port = await startServer(ory)
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: { Cookie: person.cookie } })
    const said = await new Promise((resolve) =>
      socket.once('message', (data: Buffer) => resolve(data.toString())),
    )
    expect(said).toBe('hello')
    const closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`)),
    )
    await ory.invalidate({ session: person.session.id })
    expect(await closed).toBe('4401 session_invalid')
  })

  it.each([
    ['no credential', {}, 401, 'session_missing'],
    ['an unknown token', { 'X-Session-Token': madeUpToken() }, 401, 'session_invalid'],
    [
      'a cookie from another site',
      { Cookie: 'ory_kratos_session=MTcyfGp1bms', Origin: 'https://evil.example' },
      403,
      'cross_site_request',
    ],
  ])('answers %s with the problem and its headers', async (_name, headers, status, code) => {
    const { ory } = await world.start()
    const denied = await handshake(await startServer(ory), headers)
    expect(denied).toMatchObject({
      status,
      body: { status, code },
      headers: {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        connection: 'close',
      },
    })
    expect(denied.headers['www-authenticate'] !== undefined).toBe(status === 401)
  })

  it('lets nobody in while Ory is away', async () => {
    const { fake, ory } = await world.start()
    fake.fault(503)
    const { status, headers } = await handshake(await startServer(ory), {
      Cookie: fake.signIn().cookie,
    })
    expect([status, headers['retry-after']]).toEqual([503, expect.any(String)])
  })
})
