import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { WebSocket } from 'ws'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { runExample, stopExamples } from './example.js'
import type { Example } from './example.js'

jest.setTimeout(60_000)

let fake: FakeOry
let example: Example

async function start(folder: string): Promise<string> {
  fake = await createFakeOry()
  const command = `node --import tsx examples/${folder}/server.ts`
  example = runExample(command, { ORY_SDK_URL: fake.url })
  return (await example.waitFor(/(?:ws|http):(\/\/127\.0\.0\.1:\d+)\//))[1]!
}

async function stop(): Promise<void> {
  await stopExamples()
  await fake.close()
}

describe('examples/websocket', () => {
  let origin: string
  beforeAll(async () => {
    origin = await start('websocket')
  })
  afterAll(stop)

  it('lets two users chat, and ends the one who logs out in another tab', async () => {
    const [ada, bob] = ['ada', 'bob'].map((name) =>
      fake.signIn({ traits: { email: `${name}@example.com` } }),
    )
    const heard: string[] = []
    const sockets: WebSocket[] = []
    for (const { cookie } of [ada!, bob!]) {
      const socket = new WebSocket(`ws:${origin}/chat`, { headers: { cookie } })
      await new Promise((resolve) => socket.once('open', resolve))
      sockets.push(socket)
    }
    const isHeard = new Promise<void>((resolve) =>
      sockets[1]!.on('message', (data: Buffer) => {
        heard.push(data.toString())
        if (data.toString().endsWith('hello')) resolve()
      }),
    )
    sockets[0]!.send('hello')
    await isHeard
    expect(heard).toContain('ada@example.com: hello')

    const closed = new Promise((resolve) => sockets[0]!.once('close', resolve))
    await fetch(`http:${origin}/logout`, { method: 'POST', headers: { cookie: ada!.cookie } })
    expect(await closed).toBe(4_401)
    expect(sockets[1]!.readyState).toBe(WebSocket.OPEN)
  })

  it('answers a handshake without a session with a 401', async () => {
    const socket = new WebSocket(`ws:${origin}/chat`)
    const error = await new Promise((resolve) => socket.once('error', resolve))
    expect(String(error)).toContain('401')
  })

  it('ends on SIGTERM', async () => {
    example.kill('SIGTERM')
    expect(await example.ended()).toBe(0)
  })
})

describe('examples/stream', () => {
  let origin: string
  beforeAll(async () => {
    origin = await start('stream')
  })
  afterAll(stop)

  it('answers 401 without a session', async () => {
    expect((await fetch(`http:${origin}/events`)).status).toBe(401)
  })

  it('ends the stream with the session', async () => {
    const { cookie } = fake.signIn({ traits: { email: 'ada@example.com' } })
    const response = await fetch(`http:${origin}/events`, { headers: { cookie } })
    const text = response.text()
    await fetch(`http:${origin}/logout`, { method: 'POST', headers: { cookie } })
    expect(await text).toMatch(
      /ada@example\.com[^]*event: session\ndata: {"code":"session_invalid"}/,
    )
  })

  it('ends on SIGTERM', async () => {
    example.kill('SIGTERM')
    expect(await example.ended()).toBe(0)
  })
})
