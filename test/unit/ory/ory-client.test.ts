import { afterEach, describe, expect, it } from '@jest/globals'
import { getEventListeners } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { inspect } from 'node:util'
import { Agent, MockAgent } from 'undici'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import { Fault } from '../../../lib/shared/fault.js'
import type { Reply } from '../../../lib/ory/response.js'
import { createOryClient, type Sent, type OryClient } from '../../../lib/ory/ory-client.js'
import { createFakeClock } from '../support/fake-clock.js'
import { secret } from '../support/session-body.js'

const maxBodyBytes = 256 * 1024
const whoami: Sent = { method: 'GET', route: '/sessions/whoami', headers: { cookie: 'a=b' } }

let server: Server | undefined
let client: OryClient | undefined
let agent: Agent | undefined
afterEach(async () => {
  await client?.close()
  await agent?.destroy()
  server?.closeAllConnections()
  await new Promise((resolve) => (server?.listening ? server.close(resolve) : resolve(null)))
  client = server = agent = undefined
})

/** A wire to a server on loopback. */
async function open(
  listener: RequestListener,
  options: OrySessionOptions = {},
  path = '',
): Promise<OryClient> {
  server = createServer(listener)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${String(port)}${path}`
  client = createOryClient(resolveOptions({ url, ...options } as OrySessionOptions<never>))
  return client
}

const soon = () => AbortSignal.timeout(10_000)
/** Sends, and waits until the socket is free for the next call. */
async function get(one: OryClient, sent: Partial<Sent> = {}): Promise<Reply> {
  const reply = await one.send({ ...whoami, ...sent }, soon())
  await new Promise((resolve) => setImmediate(resolve))
  return reply
}

async function faultOf(sending: Promise<unknown>): Promise<Fault> {
  const error: unknown = await sending.catch((one: unknown) => one)
  expect(error).toBeInstanceOf(Fault)
  return error as Fault
}

describe('what goes out', () => {
  it('is a list of headers that is fixed, below the path of the URL', async () => {
    const seen: unknown[] = []
    const one = await open(
      ({ method, url, rawHeaders }, response) => {
        seen.push({ method, url, headers: Object.fromEntries(pairs(rawHeaders)) })
        response.end('{}')
      },
      { upstreamHeaders: { 'X-Tenant': 'a' } },
      '/kratos/public/',
    )
    await get(one)
    await get(one, { method: 'DELETE', route: '/x', headers: {}, body: 'text' })
    const always = {
      host: expect.any(String),
      connection: 'keep-alive',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'X-Tenant': 'a',
    }
    expect(seen).toEqual([
      {
        method: 'GET',
        url: '/kratos/public/sessions/whoami',
        headers: { ...always, cookie: 'a=b' },
      },
      { method: 'DELETE', url: '/kratos/public/x', headers: { ...always, 'content-length': '4' } },
    ])
  })

  it('goes by the given dispatcher, which is not closed', async () => {
    const mock = new MockAgent()
    mock.disableNetConnect()
    const pool = mock.get('http://ory.example')
    pool.intercept({ path: '/sessions/whoami' }).reply(200, '{"a":1}').times(2)
    const settings = resolveOptions({ url: 'http://ory.example', dispatcher: mock })
    const one = createOryClient(settings)
    expect(await get(one)).toMatchObject({ status: 200, body: '{"a":1}' })
    await one.close()
    expect(await get(createOryClient(settings))).toMatchObject({ status: 200 })
    await mock.close()
  })

  it('has one connection more than calls of whoami may take, and no others', async () => {
    const held: ServerResponse[] = []
    const one = await open((_request, response) => held.push(response), { connections: 2 })
    const sending = Array.from({ length: 4 }, () => one.send(whoami, soon()))
    await until(() => held.length === 3)
    await quiet()
    expect(held).toHaveLength(3)
    held[0]?.end('{}')
    await until(() => held.length === 4)
    held.forEach((response) => response.end('{}'))
    expect(await Promise.all(sending)).toHaveLength(4)
  })

  it('leaves no connection once it is closed, and goes nowhere then', async () => {
    const one = await open((_request, response) => response.end('{}'))
    await get(one)
    expect(await connectionsOf(server)).toBe(1)
    await one.close()
    await until(async () => (await connectionsOf(server)) === 0)
    expect(await faultOf(get(one))).toMatchObject({ reason: 'closed' })
  })

  it('opens no connection at a first call after it was closed', async () => {
    let connections = 0
    const one = await open((_request, response) => response.end('{}'))
    server?.on('connection', () => (connections += 1))
    await one.close()
    expect(await faultOf(get(one))).toMatchObject({ reason: 'closed' })
    await quiet()
    expect(connections).toBe(0)
  })

  it('opens no connection before the first call', async () => {
    let connections = 0
    const one = await open((_request, response) => response.end('{}'))
    server?.on('connection', () => (connections += 1))
    await new Promise((resolve) => setImmediate(resolve))
    expect(connections).toBe(0)
    await get(one)
    await get(one)
    expect(connections).toBe(1)
  })
})

describe('a socket that serves under steady load', () => {
  /** A server that counts its sockets and holds answers back on request. */
  async function busy(clock = createFakeClock()) {
    const sockets = new Set<Socket>()
    const held: ServerResponse[] = []
    const state = { isHolding: false }
    const one = await open(
      (_request, response) => {
        // As nginx and most load balancers do. Without it undici lets go of an idle socket after 4 s.
        response.setHeader('Keep-Alive', 'timeout=600')
        if (state.isHolding) held.push(response)
        else response.end('{}')
      },
      { clock },
    )
    server?.on('connection', (socket) => sockets.add(socket))
    return { one, clock, sockets, held, state }
  }

  it('is kept for its first fifteen seconds', async () => {
    const { one, clock, sockets } = await busy()
    for (let call = 0; call < 15; call += 1) {
      await get(one)
      clock.advance(1_000)
    }
    expect(sockets.size).toBe(1)
  })

  it('is left within a minute, so that a host that moved is found', async () => {
    const { one, clock, sockets } = await busy()
    for (let call = 0; call < 60; call += 1) {
      await get(one)
      clock.advance(1_000)
    }
    expect(sockets.size).toBeGreaterThanOrEqual(3)
    expect(sockets.size).toBeLessThanOrEqual(4)
  })

  it('ends no call that is under way', async () => {
    const { one, clock, sockets, held, state } = await busy()
    await get(one)
    state.isHolding = true
    const slow = get(one)
    await until(() => held.length === 1)
    clock.advance(120_000)
    state.isHolding = false
    expect((await get(one)).status).toBe(200)
    held[0]?.end('{}')
    expect((await slow).status).toBe(200)
    expect(sockets.size).toBe(2)
  })
})

/** By whose dispatcher a wire goes. */
const ways: [string, () => OrySessionOptions][] = [
  ['its own dispatcher', () => ({})],
  ['the application’s', () => ({ dispatcher: (agent = new Agent()) })],
]

describe.each(ways)('what comes back by %s', (_way, by) => {
  it('is whole: status, headers and text', async () => {
    const one = await open((_request, response) => {
      response.writeHead(418, ['X-A', '1', 'Set-Cookie', 'a=b', 'Set-Cookie', 'c=d'])
      response.write('ä')
      response.end('ö')
    }, by())
    expect(await get(one)).toMatchObject({
      status: 418,
      headers: { 'x-a': '1', 'set-cookie': ['a=b', 'c=d'] },
      body: 'äö',
    })
  })

  it('is the text as it came, a mark of its byte order included, which JSON has none of', async () => {
    const one = await open((_request, response) => response.end('\ufeff{}'), by())
    expect(await get(one)).toMatchObject({ body: '\ufeff{}' })
  })

  it('is the redirect itself, which nobody follows', async () => {
    const urls: unknown[] = []
    const one = await open(({ url }, response) => {
      urls.push(url)
      response.writeHead(302, { location: '/elsewhere' }).end()
    }, by())
    expect(await get(one)).toMatchObject({ status: 302 })
    expect(urls).toEqual(['/sessions/whoami'])
  })

  it.each([
    ['as long as may be', maxBodyBytes, undefined],
    ['a byte longer', maxBodyBytes + 1, 'oversized'],
    ['endless', Infinity, 'oversized'],
  ])('may be %s', async (_title, length, reason) => {
    const one = await open((_request, response) => {
      const piece = Buffer.alloc(64 * 1024, 'a')
      const more = (left: number): void => {
        if (response.destroyed) return
        if (left <= piece.length) response.end(piece.subarray(0, left))
        else response.write(piece, () => more(left - piece.length))
      }
      more(length)
    }, by())
    const sending = get(one)
      .then(({ body }) => body.length)
      .catch((error: unknown) => (error as Fault).reason)
    expect(await sending).toBe(reason ?? length)
  })

  it.each<[string, Record<string, string>, Buffer | string, string]>([
    [
      'compressed',
      { 'content-encoding': 'gzip' },
      gzipSync('{}'),
      'invalid_response: encoded body',
    ],
    ['no UTF-8', {}, Buffer.from([0x22, 0xff, 0x22]), 'invalid_response: not UTF-8'],
  ])('is no text where it is %s', async (_title, headers, body, message) => {
    const one = await open((_request, response) => response.writeHead(200, headers).end(body), by())
    expect(await faultOf(get(one))).toMatchObject({ message })
  })

  it('may be empty', async () => {
    const one = await open((_request, response) => response.writeHead(503).end(), by())
    expect(await get(one)).toMatchObject({ status: 503, body: '' })
  })

  it('may say that it is not encoded', async () => {
    const headers = { 'content-encoding': 'identity' }
    const one = await open((_request, response) => response.writeHead(200, headers).end('{}'), by())
    expect(await get(one)).toMatchObject({ body: '{}' })
  })
})

describe.each(ways)('no reply by %s', (_way, by) => {
  it('is a fault of the network where nobody listens', async () => {
    const one = await open((_request, response) => response.end(), by())
    await new Promise((resolve) => server?.close(resolve))
    expect(await faultOf(get(one))).toMatchObject({
      reason: 'network',
      message: 'network: ECONNREFUSED',
    })
  })

  it.each<[string, (socket: Socket) => void]>([
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['an early end', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}')],
    ['no HTTP', (socket) => socket.end(`${secret}\r\n\r\n`)],
    [
      'a header without an end',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(64 * 1024)}`),
    ],
  ])('is a fault by %s, which repeats nothing', async (_title, answer) => {
    const one = await open(({ socket }) => answer(socket), by())
    const error = await faultOf(get(one))
    expect(error.reason).toBe('network')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret)
  })

  it.each<[string, RequestListener]>([
    ['nothing comes', () => undefined],
    ['a body does not end', (_request, response) => void response.write('{')],
    [
      'a byte comes now and then',
      (_request, response) => {
        const drip = setInterval(() => response.write(' '), 5)
        response.on('close', () => clearInterval(drip))
      },
    ],
  ])('is a fault at the deadline where %s', async (_title, listener) => {
    const controller = new AbortController()
    const one = await open((request, response) => {
      listener(request, response)
      setImmediate(() => controller.abort(new Fault('timeout')))
    }, by())
    const error = await faultOf(one.send(whoami, controller.signal))
    expect(error.reason).toBe('timeout')
  })
})

describe('the signal of a call', () => {
  it('opens no connection where it is given already', async () => {
    let count = 0
    const one = await open((_request, response) => response.end('{}'))
    server?.on('connection', () => (count += 1))
    const signal = AbortSignal.abort(new Fault('timeout'))
    expect(await faultOf(one.send(whoami, signal))).toMatchObject({ reason: 'timeout' })
    await quiet()
    expect(count).toBe(0)
  })

  it('is listened to by no call that is over', async () => {
    const one = await open((_request, response) => response.end('{}'))
    const { signal } = new AbortController()
    await one.send(whoami, signal)
    await one.send(whoami, signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('an error of the dispatcher’s', () => {
  it.each<[string | undefined, string]>([
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout: UND_ERR_CONNECT_TIMEOUT'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout: UND_ERR_HEADERS_TIMEOUT'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout: UND_ERR_BODY_TIMEOUT'],
    ['ETIMEDOUT', 'timeout: ETIMEDOUT'],
    ['UND_ERR_SOCKET', 'network: UND_ERR_SOCKET'],
    ['ENOTFOUND', 'misconfigured: ENOTFOUND'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'misconfigured: ERR_TLS_CERT_ALTNAME_INVALID'],
    [undefined, 'network: unknown'],
  ])('with the code %s is a fault: %s', async (code, message) => {
    const mock = new MockAgent()
    mock.disableNetConnect()
    const error = Object.assign(new Error(secret), code === undefined ? {} : { code })
    mock.get('http://ory.example').intercept({ path: '/sessions/whoami' }).replyWithError(error)
    const settings = resolveOptions({ url: 'http://ory.example', dispatcher: mock })
    const fault = await faultOf(createOryClient(settings).send(whoami, soon()))
    expect(fault.message).toBe(message)
    await mock.close()
  })
})

describe('a kept-alive socket that dies', () => {
  /** Answers on a new socket, and ends a used one as soon as it is used again. */
  const diesWhenReused = (byNumber: number[]): RequestListener => {
    const used = new WeakSet<Socket>()
    return ({ socket }, response) => {
      byNumber.push(used.has(socket) ? 1 : 0)
      if (used.has(socket)) socket.destroy()
      else response.end('{}')
      used.add(socket)
    }
  }

  it('is tried once more, on a new one', async () => {
    const seen: number[] = []
    const one = await open(diesWhenReused(seen))
    await get(one)
    expect(await get(one)).toMatchObject({ status: 200 })
    expect(seen).toEqual([0, 1, 0])
  })

  it('is a fault where the new one dies as well', async () => {
    let count = 0
    const one = await open(({ socket }, response) => {
      count += 1
      if (count === 1) response.end('{}')
      else socket.destroy()
    })
    await get(one)
    expect(await faultOf(get(one))).toMatchObject({ reason: 'network' })
    expect(count).toBe(3)
  })

  it('is tried once more on a new one, though another that was used before is free', async () => {
    const held = new Map<Socket, ServerResponse>()
    const used = new Set<Socket>()
    const seen: string[] = []
    const one = await open(
      ({ socket, headers }, response) => {
        seen.push(`${String(headers.cookie)} ${used.has(socket) ? 'used' : 'new'}`)
        if (seen.length < 5) held.set(socket, response)
        else if (used.has(socket)) socket.destroy()
        else response.end('{}')
        used.add(socket)
      },
      { connections: 1 },
    )
    const send = (cookie: string) => one.send({ ...whoami, headers: { cookie } }, soon())
    const firsts = [send('first'), send('second')]
    await until(() => held.size === 2)
    held.forEach((response) => response.end('{}'))
    await Promise.all(firsts)
    held.clear()

    // Both used sockets are taken, and a third call waits for whichever is free first. That is the
    // one that dies under the second call, which then waits for the other, or for the third's.
    const [a, b, c] = [send('a'), send('b'), send('c')]
    await until(() => held.size === 2)
    const [socketOfA, socketOfB] = [...held.keys()]
    socketOfB?.destroy()
    await c
    held.get(socketOfA!)?.end('{}')
    expect(await Promise.all([a, b])).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(seen.slice(2)).toEqual(['a used', 'b used', 'c new', 'b new'])
  })

  it('is not tried once more where it was new, nor for what is no GET', async () => {
    let count = 0
    const one = await open(({ socket }) => {
      count += 1
      socket.destroy()
    })
    expect(await faultOf(get(one))).toMatchObject({ reason: 'network' })
    expect(count).toBe(1)
    await one.close()
    server?.closeAllConnections()
    await new Promise((resolve) => server?.close(resolve))

    const seen: number[] = []
    const other = await open(diesWhenReused(seen))
    await get(other)
    expect(await faultOf(get(other, { method: 'DELETE' }))).toMatchObject({ reason: 'network' })
    expect(seen).toEqual([0, 1])
  })

  it('is not tried once more where one that was used had been closed before', async () => {
    const sockets = new Set<Socket>()
    const one = await open(({ socket }, response) => {
      sockets.add(socket)
      if (sockets.size === 1) response.end('{}')
      else socket.destroy()
    })
    await get(one)
    server?.closeIdleConnections()
    await until(async () => (await connectionsOf(server)) === 0)
    await quiet()
    expect(await faultOf(get(one))).toMatchObject({ reason: 'network' })
    expect(sockets.size).toBe(2)
  })

  it('is not tried once more where a byte came back', async () => {
    const used = new WeakSet<Socket>()
    let count = 0
    const one = await open(({ socket }, response) => {
      count += 1
      if (used.has(socket)) socket.end('HTTP/1.1 200 OK\r\n')
      else response.end('{}')
      used.add(socket)
    })
    await get(one)
    expect(await faultOf(get(one))).toMatchObject({ reason: 'network' })
    expect(count).toBe(2)
  })
})

function connectionsOf(one: Server | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    one?.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
  })
}

/** Lets all come in that is on its way over loopback. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits for what comes about on the other side of a socket. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await isSo()); turn += 1) {
    if (turn > 2_000) throw new Error('It has not come about')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

function pairs(raw: readonly string[]): string[][] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []))
}
