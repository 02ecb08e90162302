import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { root, runExample, stopExamples } from './example.js'
import type { Example } from './example.js'

jest.setTimeout(180_000)

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<'start:chat', string>>
}
let fake: FakeOry
let example: Example

async function start(command: string): Promise<string> {
  fake = await createFakeOry()
  example = runExample(command, { ORY_SDK_URL: fake.url })
  return (await example.waitFor(/http:(\/\/127\.0\.0\.1:\d+)[/.]/))[1]!
}

async function stop(): Promise<void> {
  await stopExamples()
  await fake.close()
}

/** A user of the chat, by whichever library. */
interface Chatter {
  readonly heard: readonly string[]
  isOpen(): boolean
  say(text: string): void
  hears(text: string): Promise<void>
  /** Resolves to the reason why the server has ended the connection. */
  readonly ended: Promise<string>
  close(): void
}

interface Ears {
  readonly heard: string[]
  readonly hear: (text: string) => void
  readonly hears: (text: string) => Promise<void>
}

function createEars(): Ears {
  const heard: string[] = []
  const waiting = new Map<string, () => void>()
  return {
    heard,
    hear(text) {
      heard.push(text)
      waiting.get(text)?.()
    },
    hears: (text) =>
      heard.includes(text)
        ? Promise.resolve()
        : new Promise((resolve) => void waiting.set(text, resolve)),
  }
}

async function joinByWs(origin: string, cookie: string): Promise<Chatter> {
  const { heard, hear, hears } = createEars()
  const socket = new WebSocket(`ws:${origin}/ws`, { headers: { cookie } })
  socket.on('message', (data: Buffer) => hear(data.toString()))
  const ended = new Promise<string>((resolve) =>
    socket.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`)),
  )
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const isOpen = (): boolean => socket.readyState === WebSocket.OPEN
  return {
    heard,
    isOpen,
    hears,
    ended,
    say: (text) => socket.send(text),
    close: () => socket.terminate(),
  }
}

function joinBySocketIo(transport: string) {
  return async (origin: string, cookie: string): Promise<Chatter> => {
    const { heard, hear, hears } = createEars()
    const options = { transports: [transport], extraHeaders: { cookie }, forceNew: true }
    const socket = io(`http:${origin}`, { ...options, reconnection: false })
    socket.on('said', hear)
    const ended = new Promise<string>((resolve) => {
      let why = ''
      socket.once('session', (code: string) => (why = code))
      socket.once('disconnect', (reason) => resolve(`${reason} ${why}`))
    })
    await new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(undefined))
      socket.once('connect_error', reject)
    })
    const say = (text: string): void => void socket.emit('say', text)
    return {
      heard,
      isOpen: () => socket.connected,
      hears,
      ended,
      say,
      close: () => void socket.disconnect(),
    }
  }
}

type Enter = (origin: string, cookie: string) => Promise<Chatter>

const ways: readonly (readonly [name: string, enter: Enter, reason: RegExp, refusal: string])[] = [
  ['ws', joinByWs, /^4401 session_invalid$/, '401'],
  [
    'Socket.IO by polling',
    joinBySocketIo('polling'),
    // The guard denies the next poll, which may be the one that would fetch the reason.
    /^io server disconnect session_invalid$|^transport error/,
    'xhr poll error',
  ],
  [
    'Socket.IO by WebSocket',
    joinBySocketIo('websocket'),
    /^io server disconnect session_invalid$/,
    'websocket error',
  ],
]

describe('npm run start:chat', () => {
  let origin: string
  beforeAll(async () => {
    origin = await start(scripts['start:chat'])
  })
  afterAll(stop)

  it.each(ways)(
    'lets two users chat on %s, and ends the one who logs out in another tab',
    async (_name, enter, reason) => {
      const people = ['ada', 'bob'].map((name) =>
        fake.signIn({ traits: { email: `${name}@example.com` } }),
      )
      const [ada, bob] = [
        await enter(origin, people[0]!.cookie),
        await enter(origin, people[1]!.cookie),
      ]
      await ada.hears('bob@example.com is here')
      ada.say('hello')
      await bob.hears('ada@example.com: hello')

      const { cookie } = people[0]!
      await fetch(`http:${origin}/logout`, {
        method: 'POST',
        headers: { cookie },
        redirect: 'manual',
      })
      expect(await ada.ended).toMatch(reason)
      bob.say('anybody here?')
      await bob.hears('bob@example.com: anybody here?')
      expect([ada.heard.at(-1), bob.isOpen()]).toEqual(['ada@example.com: hello', true])
      bob.close()
    },
  )

  it.each(ways)(
    'lets nobody without a session into the chat on %s',
    async (_name, enter, _reason, refusal) => {
      await expect(enter(origin, '')).rejects.toThrow(refusal)
    },
  )

  it('is not ended by a message that is no text', async () => {
    const { cookie } = fake.signIn({ traits: { email: 'eve@example.com' } })
    const socket = io(`http:${origin}`, { extraHeaders: { cookie }, reconnection: false })
    const said = new Promise((resolve) =>
      socket.on('said', (text: string) => text.includes(': ') && resolve(text)),
    )
    socket.emit('say', { toString: 1 })
    socket.emit('say', 'still here')
    expect(await said).toBe('eve@example.com: still here')
    socket.disconnect()
  })

  it('ends on SIGTERM', async () => {
    example.kill('SIGTERM')
    expect(await example.ended()).toBe(0)
  })

  it('starts on a fake Ory without an address', async () => {
    example = runExample(scripts['start:chat'])
    const [, url] = await example.waitFor(/chat is at (http:\S+)\. [^]*Ory is a fake one[^]*Ctrl-C/)
    const page = await fetch(url!, {
      headers: { Accept: 'text/html', 'Sec-Fetch-Dest': 'document' },
    })
    expect(await page.text()).toContain('ada@example.com')
    example.kill('SIGTERM')
    expect(await example.ended()).toBe(0)
  })
})

describe('examples/stream', () => {
  let origin: string
  beforeAll(async () => {
    origin = await start('node --import tsx examples/stream/server.ts')
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
