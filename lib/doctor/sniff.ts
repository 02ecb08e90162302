import { connect } from 'node:net'

/** What speaks at a port. */
export type Speaker = 'redis' | 'tls' | 'other' | 'silent' | 'nothing'

/** How long it may take to answer, in milliseconds. */
const timeoutMs = 1_000

/**
 * Asks a port in the plain protocol of Redis. A client that was set up for the wrong protocol says only
 * that its connection broke, or waits.
 */
export function sniff({ hostname, port }: URL): Promise<Speaker> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const socket = connect({ host, port: Number(port || 6379), timeout: timeoutMs })
    const end = (speaker: Speaker): void => {
      socket.destroy()
      resolve(speaker)
    }
    socket.once('connect', () => void socket.write('PING\r\n'))
    socket.once('timeout', () => end('silent'))
    socket.once('data', (data) => end(speakerOf(data)))
    socket.once('end', () => end('tls'))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      end(code === 'ECONNRESET' ? 'tls' : 'nothing')
    })
  })
}

function speakerOf([first]: Buffer): Speaker {
  if (first === 0x2b || first === 0x2d) return 'redis'
  // An alert of TLS (RFC 8446 §5.1).
  return first === 0x15 ? 'tls' : 'other'
}
