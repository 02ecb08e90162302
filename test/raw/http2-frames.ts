import { connect } from 'node:net'
import type { Socket } from 'node:net'

type Field = readonly [name: string, value: string]

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** Frame types and flags of RFC 9113 §6. */
const [headersType, settingsType] = [1, 4]
const endStreamAndHeaders = 0x05

/** Opens a connection of HTTP/2 and sends one request whose fields are as no client would send them. */
export function sendFields(port: number, fields: readonly Field[]): Socket {
  const all: readonly Field[] = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'app.example'],
    ...fields,
  ]
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  socket.write(
    Buffer.concat([
      preface,
      frame(settingsType, 0, 0, Buffer.alloc(0)),
      frame(headersType, endStreamAndHeaders, 1, Buffer.concat(all.map(field))),
    ]),
  )
  return socket
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A literal field without indexing, and without Huffman (RFC 7541 §6.2.2). */
function field([name, value]: Field): Buffer {
  return Buffer.concat([Buffer.from([0]), text(name), text(value)])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  if (bytes.length > 126) throw new RangeError('Longer than one byte can say')
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}
