import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { WebSocket, WebSocketServer } from 'ws'
import { getSession } from '../../lib/index.js'
import type { OrySession, SessionPolicy, SessionUpgradeGuard } from '../../lib/index.js'
import { readReply } from '../support/raw.js'
import type { Reply } from '../support/denial.js'
import { createWorld, idle, madeUpToken } from '../support/world.js'

jest.setTimeout(60_000)

const world = createWorld()
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

interface Upgrader {
  readonly port: number
  readonly guard: SessionUpgradeGuard
  /** What the guard resolved to. */
  readonly results: unknown[]
  /** What the guard rejected with. */
  readonly errors: unknown[]
  /** Every raw socket that the server has passed to the guard. */
  readonly sockets: Socket[]
}

/** A server that echoes what its WebSockets say, behind the guard. */
async function startEcho(ory: OrySession, policy?: SessionPolicy): Promise<Upgrader> {
  const server: Server = createServer()
  const guard = ory.guardUpgrade(policy)
  const webSockets = new WebSocketServer({ noServer: true })
  webSockets.on('headers', (lines, request) => {
    for (const line of guard.setCookie(request)) lines.push(`Set-Cookie: ${line}`)
  })
  webSockets.on('connection', (webSocket: WebSocket, request: IncomingMessage) => {
    webSocket.on('error', () => undefined)
    webSocket.on('message', (data: Buffer) =>
      webSocket.send(`${getSession(request)!.id} ${data.toString()}`),
    )
  })
  const seen = { results: [] as unknown[], errors: [] as unknown[], sockets: [] as Socket[] }
  server.on('upgrade', (request, socket, head) => {
    seen.sockets.push(socket as Socket)
    void guard(request, socket, head).then(
      (session) => {
        seen.results.push(session)
        if (session === undefined) return
        expect(socket.listenerCount('error')).toBe(0)
        webSockets.handleUpgrade(request, socket, head, (webSocket) =>
          webSockets.emit('connection', webSocket, request),
        )
      },
      (error: unknown) => void seen.errors.push(error),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const webSocket of webSockets.clients) webSocket.terminate()
    for (const socket of seen.sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, guard, ...seen }
}

const key = 'dGhlIHNhbXBsZSBub25jZQ=='

function handshake(lines: readonly string[], method = 'GET'): string {
  return [
    `${method} /chat HTTP/1.1`,
    'Host: app.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    ...lines,
    '\r\n',
  ].join('\r\n')
}

/** A text frame as a client sends it, with a mask of zeros. */
function frame(text: string): string {
  return `\x81${String.fromCharCode(0x80 | text.length)}\0\0\0\0${text}`
}

function open(port: number, message: string): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(message, 'latin1')
  closers.push(() => socket.destroy())
  return socket
}

async function wholeReply(socket: Socket): Promise<Reply> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return readReply(Buffer.concat(chunks).toString('utf8'))
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; !isTrue(); turn += 1) {
    if (turn > 5_000) throw new Error('It has not come true')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

const cookieOf = ({ cookie }: { cookie: string }): string => `Cookie: ${cookie}`

describe('guardUpgrade', () => {
  it('lets a live session through, and its socket has nothing of the guard left', async () => {
    const { fake, ory } = await world.start()
    const person = fake.signIn()
    const { port, results } = await startEcho(ory)
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}`, {
      headers: { Cookie: person.cookie },
    })
    webSocket.on('open', () => webSocket.send('hello'))
    const said = await new Promise((resolve) =>
      webSocket.once('message', (data: Buffer) => resolve(data.toString())),
    )
    expect(said).toBe(`${person.session.id} hello`)
    expect(results).toEqual([expect.objectContaining({ id: person.session.id })])
  })

  it('sends the cookie that Ory renewed with the 101, once', async () => {
    const { fake, ory } = await world.start()
    const { cookie, session } = fake.signIn()
    fake.extend(session)
    const { port } = await startEcho(ory)
    const cookiesOf101 = async (): Promise<unknown> => {
      const webSocket = new WebSocket(`ws://127.0.0.1:${port}`, { headers: { Cookie: cookie } })
      return new Promise((resolve, reject) => {
        webSocket.once('upgrade', ({ headers }) => resolve(headers['set-cookie']))
        webSocket.once('error', reject)
      })
    }
    expect(await cookiesOf101()).toEqual([expect.stringMatching(/^ory_kratos_session=/)])
    // The second handshake is a hit, and Ory renews nothing.
    expect(await cookiesOf101()).toBeUndefined()
  })

  it('loses no frame that a client sends with the handshake or while Ory is asked', async () => {
    const { fake, ory } = await world.start()
    const person = fake.signIn()
    const held = fake.fault('held')
    const { port } = await startEcho(ory)
    const socket = open(port, handshake([cookieOf(person)]) + frame('one'))
    await fake.calls.waitFor(1)
    socket.write(frame('two'), 'latin1')
    held.heal()
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString('latin1')))
    await until(() => text.includes('one') && text.includes('two'))
    expect(text.indexOf('one')).toBeLessThan(text.indexOf('two'))
  })

  it.each([
    ['nothing', [], 401, 'session_missing'],
    ['an unknown token', [`X-Session-Token: ${madeUpToken()}`], 401, 'session_invalid'],
    [
      'two tokens',
      ['X-Session-Token: ory_st_a', 'X-Session-Token: ory_st_b'],
      400,
      'credential_malformed',
    ],
  ] as const)('answers %s with a whole denial', async (_name, lines, status, code) => {
    const { ory } = await world.start()
    const { port, results, sockets } = await startEcho(ory)
    const {
      headers,
      text,
      status: sent,
    } = await wholeReply(open(port, handshake(lines) + frame('too early')))
    expect(sent).toBe(status)
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(text)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      vary: 'X-Session-Token, Authorization, Cookie',
      'www-authenticate': expect.stringContaining('Bearer realm="ory"'),
      connection: 'close',
    })
    expect(JSON.parse(text)).toMatchObject({ status, code })
    expect(results).toEqual([undefined])
    await until(() => sockets.every((socket) => socket.destroyed))
    expect(ory.stats().denials[code]).toBe(1)
  })

  it.each([
    ['nobody', () => []],
    ['a live session', ({ cookie }: { cookie: string }) => [`Cookie: ${cookie}`]],
  ])('gives %s no WebSocket if the caller forgets the await', async (_name, linesOf) => {
    const { fake, ory } = await world.start()
    const guard = ory.guardUpgrade()
    const webSockets = new WebSocketServer({ noServer: true })
    const opened = jest.fn()
    const server = createServer().on('upgrade', (request, socket, head) => {
      const session = guard(request, socket, head)
      for (const name of ['id', 'identity']) {
        expect(() => Reflect.get(session, name)).toThrow(/`identity`|`id`/)
      }
      // A promise is truthy, and no `undefined`.
      const answer = (): void => webSockets.handleUpgrade(request, socket, head, opened)
      expect(answer).toThrow(expect.objectContaining({ code: 'ERR_ORY_AWAIT_MISSING' }))
      expect(socket.destroyed).toBe(true)
      results.push(session)
    })
    const results: Promise<unknown>[] = []
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const socket = open(port, handshake(linesOf(fake.signIn())))
    const said = jest.fn()
    socket.on('data', said)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(await Promise.all(results)).toEqual([undefined])
    expect([opened.mock.calls, said.mock.calls]).toEqual([[], []])
  })

  it('sends no body in answer to HEAD', async () => {
    const { ory } = await world.start()
    const { port } = await startEcho(ory)
    const { status, text, headers } = await wholeReply(open(port, handshake([], 'HEAD')))
    expect([status, text]).toEqual([401, ''])
    expect(Number(headers['content-length'])).toBeGreaterThan(0)
  })

  it('answers 503 while Ory is away, and 403 to a session below the policy', async () => {
    const { fake, ory } = await world.start()
    const person = fake.signIn()
    const { port } = await startEcho(ory, { aal: 'aal2' })
    const low = await wholeReply(open(port, handshake([cookieOf(person)])))
    expect([low.status, JSON.parse(low.text)]).toMatchObject([
      403,
      { code: 'session_aal2_required' },
    ])
    fake.fault(503)
    const away = await wholeReply(open(port, handshake([cookieOf(fake.signIn())])))
    expect([away.status, away.headers['retry-after']]).toEqual([503, expect.any(String)])
  })

  it('refuses a handshake with a cookie from another site, without a question', async () => {
    const { fake, ory } = await world.start()
    const { port } = await startEcho(ory)
    const lines = [cookieOf(fake.signIn()), 'Origin: https://evil.example']
    const { status, text } = await wholeReply(open(port, handshake(lines)))
    expect([status, JSON.parse(text)]).toMatchObject([403, { code: 'cross_site_request' }])
    expect(fake.calls.whoami).toBe(0)
  })

  it('survives clients that reset while Ory is asked, and keeps no socket of theirs', async () => {
    const { fake, ory } = await world.start()
    const { port, sockets, results } = await startEcho(ory)
    const held = fake.fault('held')
    const count = 40
    const clients = Array.from({ length: count }, () =>
      open(port, handshake([cookieOf(fake.signIn())])),
    )
    await until(() => sockets.length === count)
    for (const client of clients) client.resetAndDestroy()
    await until(() => sockets.every((socket) => socket.destroyed))
    expect(results).toEqual([])
    held.heal()
    await until(() => results.length === count)
    expect(results.filter((result) => result !== undefined)).toEqual([])
    await idle(ory)
  })

  it('closes the socket of a client that says nothing more and stays half open', async () => {
    const { ory } = await world.start()
    const { port, sockets } = await startEcho(ory)
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    closers.push(() => client.destroy())
    client.write(handshake([]))
    client.resume()
    await new Promise((resolve) => client.once('end', resolve))
    await until(() => sockets[0]!.destroyed)
    expect(sockets).toHaveLength(1)
  })

  it('hands on what a predicate throws, after a 500', async () => {
    const { fake, ory } = await world.start()
    const mistake = new Error('mistake')
    const { port, errors } = await startEcho(ory, {
      allow() {
        throw mistake
      },
    })
    const { status } = await wholeReply(open(port, handshake([cookieOf(fake.signIn())])))
    expect([status, errors]).toEqual([500, [mistake]])
  })

  it('answers a thousand handshakes at once, and keeps none of their sockets', async () => {
    const { ory } = await world.start()
    const { port, sockets, results } = await startEcho(ory)
    const count = 1_000
    const replies = await Promise.all(
      Array.from({ length: count }, () => wholeReply(open(port, handshake([])))),
    )
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401]))
    expect(results).toHaveLength(count)
    await until(() => sockets.every((socket) => socket.destroyed))
  })
})
