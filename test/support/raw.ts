import { connect } from 'node:net'
import type { Reply } from './denial.js'

/** Sends a request as it stands, with whatever target and headers no client would send. */
export async function sendRaw(
  port: number,
  target: string,
  headers: readonly string[],
  method = 'GET',
): Promise<Reply> {
  const socket = connect(port, '127.0.0.1')
  const host = headers.some((line) => /^host:/i.test(line)) ? [] : ['Host: app.example']
  const lines = [`${method} ${target} HTTP/1.1`, ...host, ...headers]
  socket.write(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`, 'latin1')
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return readReply(Buffer.concat(chunks).toString('latin1'))
}

/** Reads one whole reply; what is behind its head is its text. */
export function readReply(message: string): Reply {
  const end = message.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = message.slice(0, end).split('\r\n')
  const pairs = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(pairs),
    text: message.slice(end + 4),
  }
}
