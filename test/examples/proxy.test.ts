import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { WebSocket, WebSocketServer } from 'ws'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { readCurlLines, ways } from './curl-line.js'
import { root, runExample, stopExamples } from './example.js'

jest.setTimeout(180_000)

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<'start:proxy', string>>
}
afterAll(stopExamples)

describe('npm run start:proxy', () => {
  it.each(ways)('prints lines that answer what is said above each, by %s', async (_name, send) => {
    const example = runExample(scripts['start:proxy'])
    await example.waitFor(/Ctrl-C ends it/)
    const lines = readCurlLines(example.output())
    const statuses: number[] = []
    for (const { command } of lines) statuses.push(await send(command))
    expect(statuses).toEqual(lines.map(({ promised }) => promised))
    expect(statuses).toEqual([401, 200, 200, 204, 401])
    example.kill('SIGTERM')
    expect(await example.ended()).toBe(0)
  })
})

describe('the proxy before a target of its own', () => {
  let fake: FakeOry
  let target: Server
  let url: string
  const heard: IncomingHttpHeaders[] = []
  const sockets: WebSocket[] = []

  beforeAll(async () => {
    fake = await createFakeOry()
    target = createServer((request, response) => {
      heard.push(request.headers)
      if (request.url === '/api/bare') {
        response.end('report')
        return
      }
      response.writeHead(200, {
        'Cache-Control': 'public, max-age=60',
        'Set-Cookie': ['theme=dark; Path=/', 'size=2'],
        Vary: 'Accept-Encoding',
      })
      response.end('report')
    })
    const webSockets = new WebSocketServer({ server: target })
    webSockets.on('headers', (lines) => lines.push('Set-Cookie: theme=dark; Path=/'))
    webSockets.on('connection', (socket, request) => {
      heard.push(request.headers)
      socket.on('message', (data: Buffer) => socket.send(`echo ${data.toString()}`))
    })
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
    const example = runExample(scripts['start:proxy'], {
      ORY_SDK_URL: fake.url,
      TARGET_URL: `http://127.0.0.1:${(target.address() as AddressInfo).port}`,
    })
    url = (await example.waitFor(/The proxy is at (http:\S+),/))[1]!
  })
  afterAll(async () => {
    for (const socket of sockets) socket.terminate()
    target.closeAllConnections()
    target.close()
    await fake.close()
  })

  function open(headers: Record<string, string>, path = '/api/live'): WebSocket {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers })
    sockets.push(socket)
    return socket
  }

  /** Resolves to the status and the code of a denied handshake. */
  async function refusal(headers: Record<string, string>): Promise<readonly unknown[]> {
    const socket = open(headers)
    socket.on('error', () => undefined)
    return new Promise((resolve) => {
      socket.once('upgrade', () => resolve([101]))
      socket.once('unexpected-response', (_request, response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          resolve([response.statusCode, (JSON.parse(text) as { code: string }).code]),
        )
      })
    })
  }

  it('joins a renewed cookie and Vary to the head of the target, and makes it private', async () => {
    const { cookie, session } = fake.signIn()
    fake.extend(session)
    const { headers } = await fetch(`${url}/api/report`, { headers: { cookie } })
    expect(headers.getSetCookie()).toEqual([
      'theme=dark; Path=/',
      'size=2',
      expect.stringMatching(/^ory_kratos_session=/),
    ])
    expect(headers.get('vary')).toBe('Accept-Encoding, X-Session-Token, Authorization, Cookie')
    expect(headers.get('cache-control')).toBe('private, max-age=60')
  })

  it('keeps the cookie that it renewed from caches, also if the target has set no Cache-Control', async () => {
    const { cookie, session } = fake.signIn()
    fake.extend(session)
    const { headers } = await fetch(`${url}/api/bare`, { headers: { cookie } })
    expect(headers.get('cache-control')).toMatch(/private|no-store/)
    expect(headers.getSetCookie()).toHaveLength(1)
  })

  it('passes neither the credential nor what a client claims to be on to the target', async () => {
    const { cookie, token, session } = fake.signIn()
    const claim = { 'X-User-Id': 'somebody' }
    for (const credential of [
      { cookie },
      { Authorization: `Bearer ${token}` },
      { 'X-Session-Token': token },
    ]) {
      await fetch(`${url}/api/report`, {
        headers: { ...(credential as Record<string, string>), ...claim },
      })
      const headers = heard.at(-1)!
      expect(headers['x-user-id']).toBe(session.identity.id)
      expect(Object.keys(headers)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/cookie|authorization|x-session-token/)]),
      )
    }
    const socket = open({ cookie, ...claim })
    await new Promise((resolve) => socket.once('open', resolve))
    expect([heard.at(-1)!['x-user-id'], heard.at(-1)!.cookie]).toEqual([
      session.identity.id,
      undefined,
    ])
  })

  it('denies upgrades with the whole answer, after plain requests too', async () => {
    const { cookie } = fake.signIn()
    const plain = await fetch(`${url}/api/report`, { headers: { cookie } })
    expect(plain.status).toBe(200)
    const count = heard.length
    expect(await refusal({})).toEqual([401, 'session_missing'])
    expect(await refusal({ cookie, Origin: 'https://evil.example' })).toEqual([
      403,
      'cross_site_request',
    ])
    expect(heard).toHaveLength(count)
  })

  it('sends a renewed cookie with the 101 of the target, and its frames both ways', async () => {
    const { cookie, session } = fake.signIn()
    fake.extend(session)
    const socket = open({ cookie })
    const cookies = new Promise((resolve) =>
      socket.once('upgrade', ({ headers }) => resolve(headers['set-cookie'])),
    )
    socket.once('open', () => socket.send('hello'))
    const echo = await new Promise((resolve) =>
      socket.once('message', (data: Buffer) => resolve(data.toString())),
    )
    expect(echo).toBe('echo hello')
    expect(await cookies).toEqual([
      'theme=dark; Path=/',
      expect.stringMatching(/^ory_kratos_session=/),
    ])
  })

  it('closes the WebSocket of a user who logs out', async () => {
    const { cookie } = fake.signIn()
    const socket = open({ cookie })
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await fetch(`${url}/logout`, { method: 'POST', headers: { cookie }, redirect: 'manual' })
    expect(await closed).toBe(1_006)
  })

  it('closes an upgrade to a path that it does not proxy', async () => {
    const socket = open({ cookie: fake.signIn().cookie }, '/elsewhere')
    const error = await new Promise((resolve) => socket.once('error', resolve))
    expect(String(error)).toMatch(/socket hang up|ECONNRESET/)
  })
})
