import { createServer, request } from 'node:http'
import type { Server } from 'node:http'

/** Hands requests to processes in turn, and says in `X-Process` which of them answered. */
export function createRoundRobin(ports: readonly number[]): Server {
  let turn = 0
  return createServer((incoming, outgoing) => {
    const index = turn % ports.length
    turn += 1
    const { method, url, headers } = incoming
    const forwarded = request(
      { host: '127.0.0.1', port: ports[index], method, path: url, headers },
      (answer) => {
        const named = { ...answer.headers, 'x-process': String(index + 1) }
        outgoing.writeHead(answer.statusCode ?? 502, named)
        answer.pipe(outgoing)
      },
    )
    forwarded.on('error', () => outgoing.writeHead(502).end())
    incoming.pipe(forwarded)
  })
}
