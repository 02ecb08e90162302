import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Right } from '../fault.js'

const bodiless = [204, 304]

/** A message of HTTP/1.1, as bytes. It states its length, unless the headers do or there is no body. */
export function message(
  status: number,
  headers: Right['headers'],
  body: string | Uint8Array,
): Buffer {
  const bytes = Buffer.from(body)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const isFramed = Object.keys(headers).some((name) =>
    /^(?:content-length|transfer-encoding)$/i.test(name),
  )
  if (!isFramed && !bodiless.includes(status))
    lines.push(`Content-Length: ${String(bytes.length)}\r\n`)
  const head = `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes])
}

/** A piece of a chunked body. */
export function chunk(content: string): string {
  return `${Buffer.byteLength(content).toString(16)}\r\n${content}\r\n`
}

/** Writes the right answer, with other headers and another body where there are any. */
export function writeRight(
  socket: Socket,
  right: Right,
  headers: Right['headers'] = {},
  change = (body: string): string | Uint8Array => body,
): void {
  socket.write(message(right.status, { ...right.headers, ...headers }, change(right.body)))
}
