import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { oryIdentity } from './authority.js'
import type { Call, Fault, Right } from '../fault.js'
import { writeRight } from './message.js'
import { oryName } from './name-service.js'

/** A server that stands before Ory, and breaks in the way of one fault. */
export interface Front {
  readonly url: string
  readonly port: number
  /** How many connections are open now. */
  readonly open: number
  /** How many of them are spoiled: nothing whole came of what was asked there. */
  readonly spoiled: number
  /** Every request that came in. */
  readonly calls: readonly Call[]
  /** Puts Ory behind it. */
  stand(origin: (call: Call) => Right): void
  /** Breaks. */
  strike(): void
  /** Is whole again. */
  heal(): void
  close(): Promise<void>
}

/** Starts it whole. */
export async function startFront(fault: Fault): Promise<Front> {
  const sockets = new Set<Socket>()
  const spoiled = new Set<Socket>()
  const calls: Call[] = []
  let ask: (call: Call) => Right
  let isStruck = false

  function spoil(socket: Socket): void {
    if (fault.isWhole === true) return
    spoiled.add(socket)
    socket.once('close', () => spoiled.delete(socket))
  }

  function serve(socket: Socket): void {
    let head = ''
    let isReused = false
    socket.on('error', () => undefined)
    socket.setEncoding('latin1')
    socket.on('data', (piece: string) => {
      head += piece
      if (!head.endsWith('\r\n\r\n')) return
      const call = readCall(head, isReused)
      head = ''
      isReused = true
      calls.push(call)
      const right = ask(call)
      if (isStruck && fault.answer) {
        spoil(socket)
        fault.answer(socket, right, call)
      } else writeRight(socket, right)
    })
  }

  const tls = createTlsServer(oryIdentity, serve)
  tls.on('tlsClientError', () => undefined)
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    if (isStruck && fault.accept) {
      spoil(socket)
      // A client that does not read does not see the other side go.
      socket.resume()
      fault.accept(socket)
    } else if (fault.scheme === 'https') tls.emit('connection', socket)
    else serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy()
  }

  return {
    url: `${fault.scheme ?? 'http'}://${oryName}:${String(port)}`,
    port,
    calls,
    get open() {
      return sockets.size
    },
    get spoiled() {
      return spoiled.size
    },
    stand: (origin) => void (ask = origin),
    strike() {
      isStruck = true
      if (fault.identity) tls.setSecureContext(fault.identity)
      // What is open already would be spared.
      if (fault.isOnUsed !== true) hangUp()
    },
    heal() {
      isStruck = false
      if (fault.identity) tls.setSecureContext(oryIdentity)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        hangUp()
      }),
  }
}

function readCall(head: string, isReused: boolean): Call {
  const [start = '', ...lines] = head.split('\r\n')
  const credentials = lines.flatMap(
    (line) => /^(?:cookie|x-session-token): (.*)$/i.exec(line)?.[1] ?? [],
  )
  return { path: start.split(' ')[1] ?? '', credential: credentials.join(' and '), isReused }
}
