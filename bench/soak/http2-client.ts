import { connect, constants } from 'node:http2'
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { inTime } from './client.js'
import type { Client } from './client.js'
import type { Visit } from './visit.js'

/** Keeps one session of HTTP/2, on which everybody's requests go side by side. */
export function createHttp2Client(port: number): Client {
  let current: ClientHttp2Session | undefined

  function session(): ClientHttp2Session {
    if (current === undefined || current.closed || current.destroyed) {
      current = connect(`http://127.0.0.1:${port}`)
      current.on('error', () => undefined)
    }
    return current
  }

  function start({ method, route, headers }: Visit): ClientHttp2Stream {
    const fields = headers.map(([name, value]): [string, string | string[]] => [
      name,
      // As browsers do: a field for each cookie.
      name === 'cookie' ? value.split('; ') : value,
    ])
    const stream = session().request({
      ':method': method,
      ':path': route,
      ...Object.fromEntries(fields),
    })
    stream.setEncoding('latin1')
    // A POST is left open otherwise.
    stream.end()
    return stream
  }

  return {
    send: (visits) =>
      visits.map(async (visit) => {
        const sentAt = Date.now()
        return inTime((settle, fail) => {
          const stream = start(visit)
          let head: IncomingHttpHeaders = {}
          let text = ''
          stream.on('response', (headers) => void (head = headers))
          stream.on('data', (chunk: string) => void (text += chunk))
          stream.on('error', fail)
          stream.on('close', () => {
            const { ':status': status, 'set-cookie': setCookie = [], ...headers } = head
            if (status === undefined) fail(new Error('the stream was closed'))
            else {
              settle({
                status: Number(status),
                headers: headers as Record<string, string>,
                setCookie,
                text,
                sentAt,
                receivedAt: Date.now(),
              })
            }
          })
        })
      }),
    async leave(visits, afterMs) {
      const streams = visits.map(start)
      for (const stream of streams) {
        stream.on('error', () => undefined)
        stream.resume()
      }
      await sleep(afterMs)
      for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL)
    },
    close() {
      current?.destroy()
    },
  }
}
