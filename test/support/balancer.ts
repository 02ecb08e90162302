import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { FakeOry } from '../../lib/testing/index.js'
import { madeUpToken } from './world.js'

export interface Balancer {
  readonly url: string
  /** The replica that has the first connection, and each second one after it, loses its database. */
  breakFirst(): void
  close(): Promise<void>
}

/** A balancer of connections in front of two replicas of one Ory: whatever a connection asks, one answers. */
export async function startBalancer(fake: FakeOry): Promise<Balancer> {
  const first = new WeakSet<Socket>()
  let connections = 0
  let isBroken = false
  const server = createServer((incoming, outgoing) => {
    const isIll = isBroken && first.has(incoming.socket)
    const token = String(incoming.headers['x-session-token'] ?? '')
    // Without its database Ory answers as it does to a made-up token.
    const headers = { 'X-Session-Token': isIll ? madeUpToken() : token }
    void fetch(`${fake.url}${String(incoming.url)}`, { headers }).then(async (reply) => {
      const isReadiness = incoming.url === '/health/ready'
      outgoing.writeHead(isReadiness && isIll ? 503 : reply.status, {
        'Content-Type': String(reply.headers.get('content-type')),
      })
      outgoing.end(await reply.text())
    })
  })
  server.on('connection', (socket) => {
    if (connections % 2 === 0) first.add(socket)
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    breakFirst() {
      isBroken = true
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
