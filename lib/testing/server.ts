import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A server on loopback that can always be closed. */
export interface LoopbackServer {
  readonly url: string
  /** Destroys every connection, answered or not, and resolves when the port is free. */
  close(): Promise<void>
}

export interface ServerSettings {
  readonly port: number
  readonly onConnection: (socket: Socket) => void
  readonly onRequest: (message: IncomingMessage, response: ServerResponse) => void
}

/** Listens on 127.0.0.1; rejects when the port cannot be had. */
export async function listen(settings: ServerSettings): Promise<LoopbackServer> {
  const sockets = new Set<Socket>()
  const server = createServer(settings.onRequest)
  // No idle connection is closed from here: Node's default of five seconds would be a fault nobody scripted.
  server.keepAliveTimeout = 0
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    settings.onConnection(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo

  let closed: Promise<void> | undefined
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      (closed ??= new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })),
  }
}
