import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inTime } from './client.js'
import type { Client, Reply } from './client.js'
import type { Visit } from './visit.js'

interface Waiter {
  readonly visit: Visit
  readonly sentAt: number
  readonly settle: (reply: Reply) => void
  readonly fail: (error: Error) => void
}

interface Connection {
  readonly socket: Socket
  /** In the order in which they have to be answered. */
  readonly waiting: Waiter[]
  /** The client that sent on it is about to go. */
  isLeaving: boolean
}

/** Keeps connections, and sends what is sent at once down one of them without waiting between. */
export function createHttp1Client(port: number): Client {
  const idle: Connection[] = []
  const all = new Set<Connection>()

  function open(): Connection {
    const connection: Connection = {
      socket: connect({ port, host: '127.0.0.1', noDelay: true }),
      waiting: [],
      isLeaving: false,
    }
    const { socket, waiting } = connection
    let received = ''
    all.add(connection)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      received += text
      for (let read = readReply(received, waiting[0]); read !== undefined;) {
        received = received.slice(read.length)
        waiting.shift()?.settle(read.reply)
        read = readReply(received, waiting[0])
      }
      if (waiting.length === 0 && !connection.isLeaving) idle.push(connection)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      all.delete(connection)
      const index = idle.indexOf(connection)
      if (index !== -1) idle.splice(index, 1)
      for (const { fail } of waiting.splice(0)) fail(new Error('the connection was closed'))
    })
    return connection
  }

  function sendOn({ socket, waiting }: Connection, visits: readonly Visit[]): Promise<Reply>[] {
    const sentAt = Date.now()
    const replies = visits.map(async (visit) =>
      inTime((settle, fail) => void waiting.push({ visit, sentAt, settle, fail })),
    )
    socket.write(visits.map(bytesOf).join(''), 'latin1')
    return replies
  }

  return {
    send: (visits) => sendOn(idle.pop() ?? open(), visits),
    async leave(visits, afterMs) {
      const connection = open()
      connection.isLeaving = true
      for (const reply of sendOn(connection, visits)) reply.catch(() => undefined)
      await sleep(afterMs)
      // Half of them by a reset, which the server sees as an error.
      if (visits[0]!.number % 2 === 0) connection.socket.resetAndDestroy()
      else connection.socket.destroy()
    },
    close() {
      for (const { socket } of all) socket.destroy()
    },
  }
}

function bytesOf({ method, route, headers }: Visit): string {
  const length = method === 'POST' ? [['content-length', '0']] : []
  const lines = [['host', 'app.example'], ...length, ...headers]
  return `${method} ${route} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

/** The reply at the start of what came, where it is whole. All of ours say how long they are. */
function readReply(
  received: string,
  waiter: Waiter | undefined,
): { reply: Reply; length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd === -1 || waiter === undefined) return undefined
  const [statusLine = '', ...lines] = received.slice(0, headEnd).split('\r\n')
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const headers = Object.fromEntries(pairs)
  const status = Number(statusLine.split(' ')[1])
  const hasBody = waiter.visit.method !== 'HEAD' && status !== 204
  const length = headEnd + 4 + (hasBody ? Number(headers['content-length'] ?? 0) : 0)
  if (received.length < length) return undefined
  return {
    length,
    reply: {
      status,
      headers,
      setCookie: pairs.flatMap(([name, value]) => (name === 'set-cookie' ? [value] : [])),
      text: received.slice(headEnd + 4, length),
      sentAt: waiter.sentAt,
      receivedAt: Date.now(),
    },
  }
}
