import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'

/**
 * Keeps a client that resets during a WebSocket handshake from ending the process. Node takes its own
 * listener away for a handshake, and engine.io adds none before its middleware is through.
 */
export function outliveReset(request: IncomingMessage): void {
  if (request.headers.upgrade === undefined) return
  const { socket } = request as { socket?: Partial<EventEmitter> | null }
  if (typeof socket?.on !== 'function' || socket.listenerCount?.('error') !== 0) return
  socket.on('error', ignore)
}

function ignore(): void {
  // The socket closes by itself after an error.
}
