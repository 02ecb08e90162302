import { IncomingMessage, createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, jest } from '@jest/globals'
import type { OrySession } from '../../lib/index.js'
import { createWorld, idle } from '../support/world.js'

jest.setTimeout(600_000)
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const world = createWorld()
/**
 * Ten thousand handshakes at once. Those over loopback take two descriptors each, and many machines allow
 * ten thousand in a process, so the others come by streams.
 */
const [overLoopback, byStream] = [2_000, 8_000]
/** Each so-manieth client over loopback resets while Ory is asked. */
const resetEvery = 4

/** A socket in memory, whose client leaves as soon as it is answered. */
class MemorySocket extends Duplex {
  sent = ''
  override _read(): void {
    // The client says nothing.
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent += chunk.toString('latin1')
    done()
  }
  override _final(done: () => void): void {
    this.push(null)
    done()
  }
}

const cookieOf = (index: number): string => `ory_kratos_session=MTcyfGp1bms${index}`

function createRequest(socket: Duplex, index: number): IncomingMessage {
  const request = new IncomingMessage(socket as Socket)
  const headers = { host: 'app.example', upgrade: 'websocket', cookie: cookieOf(index) }
  request.method = 'GET'
  request.headers = headers
  request.rawHeaders = Object.entries(headers).flat()
  return request
}

interface Outcome {
  readonly statuses: ReadonlySet<string>
  /** What is still in memory of the requests and the sockets of the server. */
  readonly held: number
  readonly openSockets: number
  /** Listeners of sockets that are not destroyed, and of the process. */
  readonly listeners: number
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; !(await isTrue()); turn += 1) {
    if (turn > 6_000) throw new Error('It has not come true')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const listenersOfProcess = (): number =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name as string), 0)

/** Resolves to the status line that a client gets, or to `reset` if it gave up. */
function shakeHands(port: number, index: number): { client: Socket; status: Promise<string> } {
  const client = connect(port, '127.0.0.1')
  let text = ''
  client.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  client.on('error', () => undefined)
  client.write(
    `GET / HTTP/1.1\r\nHost: app.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nCookie: ${cookieOf(index)}\r\n\r\n`,
  )
  const status = new Promise<string>((resolve) =>
    client.once('close', () => resolve(text === '' ? 'reset' : text.slice(0, 12))),
  )
  return { client, status }
}

async function storm(ory: OrySession): Promise<Outcome> {
  const before = listenersOfProcess()
  const guard = ory.guardUpgrade()
  const refs: WeakRef<object>[] = []
  const passed: unknown[] = []
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    refs.push(new WeakRef(request), new WeakRef(socket))
    void guard(request, socket, head).then((session) => passed.push(session))
  })
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 8_192 }, resolve),
  )
  const { port } = server.address() as AddressInfo

  async function streams(): Promise<string[]> {
    const answers = Array.from({ length: byStream }, async (_, index) => {
      const socket = new MemorySocket()
      const request = createRequest(socket, index)
      refs.push(new WeakRef(request), new WeakRef(socket))
      const closed = new Promise((resolve) => socket.once('close', resolve))
      passed.push(await guard(request, socket, Buffer.alloc(0)))
      await closed
      return socket.sent.slice(0, 12)
    })
    return Promise.all(answers)
  }
  async function loopback(): Promise<string[]> {
    const handshakes = Array.from({ length: overLoopback }, (_, index) =>
      shakeHands(port, byStream + index),
    )
    for (const [index, { client }] of handshakes.entries()) {
      if (index % resetEvery === 0) client.once('connect', () => client.resetAndDestroy())
    }
    return Promise.all(handshakes.map(({ status }) => status))
  }
  const statuses = new Set((await Promise.all([streams(), loopback()])).flat())
  const countOpen = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))
  await until(async () => (await countOpen()) === 0)
  await idle(ory)
  const openSockets = await countOpen()
  await new Promise((resolve) => server.close(resolve))
  expect(passed.filter((session) => session !== undefined)).toEqual([])
  // A WeakRef holds what it refers to until the turn is over.
  for (let round = 0; round < 5; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    collectGarbage()
  }
  const kept = refs.map((ref) => ref.deref()).filter((thing) => thing !== undefined)
  return { statuses, held: kept.length, openSockets, listeners: listenersOfProcess() - before }
}

it.each([
  ['answers 503', 503],
  ['hangs', 'silent'],
] as const)(
  'guardUpgrade keeps nothing of ten thousand handshakes while Ory %s',
  async (_name, fault) => {
    const { fake, ory } = await world.start({ options: { timeoutMs: 1_000 } })
    fake.fault(fault)

    const { statuses, ...left } = await storm(ory)

    expect([...statuses].sort()).toEqual(['HTTP/1.1 503', 'reset'])
    expect(left).toEqual({ held: 0, openSockets: 0, listeners: 0 })
    expect(ory.stats()).toMatchObject({ inFlight: 0, entries: 0 })
  },
)
