import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Reply } from '../support/denial.js'
import { readReply } from '../support/raw.js'

/** A connection to a server, for bytes that no client would send. */
export interface Connection {
  readonly socket: Socket
  /** Sends characters as the bytes of their codes. */
  write(bytes: string): void
  /** Resolves when so many whole replies are there. */
  replies(count: number): Promise<Reply[]>
  /** Resolves to all replies when the server has closed the connection. */
  closed(): Promise<Reply[]>
}

/** Opens a connection. `isHead`: its replies have no body, whatever length they tell. */
export function openConnection(port: number, isHead = false): Connection {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received = ''
  let wake: () => void = () => undefined
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received += text
    wake()
  })
  socket.on('close', () => wake())
  // The server may reset a connection on which it got nonsense.
  socket.on('error', () => undefined)

  return {
    socket,
    write: (bytes) => void socket.write(bytes, 'latin1'),
    async replies(count) {
      for (;;) {
        const replies = splitReplies(received, isHead, socket.closed)
        if (replies.length >= count) return replies
        if (socket.closed) throw new Error(`The server closed after ${replies.length} replies`)
        await new Promise<void>((resolve) => void (wake = resolve))
      }
    },
    async closed() {
      if (!socket.closed) await once(socket, 'close')
      return splitReplies(received, isHead, true)
    },
  }
}

/** The whole replies at the start of what came. */
function splitReplies(received: string, isHead: boolean, isClosed: boolean): Reply[] {
  const replies: Reply[] = []
  for (let start = 0; ;) {
    const headEnd = received.indexOf('\r\n\r\n', start)
    if (headEnd === -1) return replies
    const reply = readReply(received.slice(start, headEnd + 4))
    const end = headEnd + 4 + (isHead ? 0 : lengthOf(reply, received.slice(headEnd + 4), isClosed))
    if (end > received.length) return replies
    replies.push(readReply(received.slice(start, end)))
    start = end
  }
}

/** How long the body behind a head is; `Infinity` where it is not all there. */
function lengthOf({ status, headers }: Reply, rest: string, isClosed: boolean): number {
  if (status < 200 || status === 204) return 0
  // The last chunk of what Node says itself is the only one.
  if (headers['transfer-encoding'] === 'chunked') return rest.startsWith('0\r\n\r\n') ? 5 : Infinity
  if (headers['content-length'] !== undefined) return Number(headers['content-length'])
  return isClosed ? rest.length : Infinity
}
