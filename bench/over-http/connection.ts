import { once } from 'node:events'
import { connect } from 'node:net'

/** A keep-alive connection, for one request at a time. Leaner than any client, so that the load is light. */
export interface Connection {
  /** Sends a request as it stands, and resolves to the status when the whole response is there. */
  send(request: Buffer): Promise<number>
  close(): void
}

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let received = ''
  let settle: ((status: number) => void) | undefined
  let fail: ((error: Error) => void) | undefined

  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received = received === '' ? text : received + text
    if (settle === undefined || !isWhole(received)) return
    const status = Number(received.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    received = ''
    settle(status)
  })
  socket.on('error', (error) => fail?.(error))
  socket.on('close', () => fail?.(new Error('The server closed a connection')))

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        settle = resolve
        fail = reject
        socket.write(request)
      }),
    close() {
      fail = undefined
      socket.destroy()
    },
  }
}

/** Whether a response is there with its body. All that are measured here say how long they are. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
  return length !== undefined && text.length >= end + 4 + Number(length)
}
