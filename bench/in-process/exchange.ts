import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'

/** A request that Node's HTTP parser has just read, and the response to it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export interface Exchanges {
  /** Reads requests: strings nobody has looked at yet, as a server gets them. */
  open(requests: readonly Buffer[]): Promise<Exchange[]>
  /** Sends what has not been sent, so that the connection takes more. */
  close(exchanges: readonly Exchange[]): Promise<void>
}

/**
 * Sends bytes through Node's own server and parser, over a connection that is in memory alone.
 * `prepare` makes of an exchange what a framework makes of it before its first middleware.
 */
export function createExchanges(prepare?: (exchange: Exchange) => void): Exchanges {
  let read: Exchange[] = []
  const server = createServer((request, response) => {
    read.push({ request, response })
  })
  const connection = new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      done()
    },
  })
  server.emit('connection', connection)

  return {
    async open(requests) {
      read = []
      connection.push(Buffer.concat(requests))
      while (read.length < requests.length) await turn()
      // Node makes the object of headers at the first look, which is not the middleware's doing.
      if (read.some(({ request }) => request.headers.host === undefined)) {
        throw new Error('A request lost its headers')
      }
      if (prepare !== undefined) read.forEach(prepare)
      return read
    },
    async close(exchanges) {
      for (const { response } of exchanges) if (!response.writableEnded) response.end()
      for (const { response } of exchanges) while (!response.writableFinished) await turn()
    },
  }
}
