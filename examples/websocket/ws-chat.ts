import type { Server } from 'node:http'
import { WebSocket, WebSocketServer } from 'ws'
import type { OrySession, Session } from 'express-ory-session'

/** A chat on ws, at `/ws`. */
export function startWsChat(server: Server, ory: OrySession): WebSocketServer {
  const guard = ory.guardUpgrade()
  const chat = new WebSocketServer({ noServer: true, maxPayload: 4_096 })

  function say(text: string): void {
    for (const socket of chat.clients) if (socket.readyState === WebSocket.OPEN) socket.send(text)
  }

  // A cookie that Ory renewed goes out with the 101.
  chat.on('headers', (lines, request) => {
    for (const line of guard.setCookie(request)) lines.push(`Set-Cookie: ${line}`)
  })

  chat.on('connection', (socket: WebSocket, { identity }: Session) => {
    const name = String(identity.traits.email)
    // Without a listener, a client that sends a broken frame would end the process.
    socket.on('error', () => socket.terminate())
    socket.on('message', (data: Buffer) => say(`${name}: ${data.toString()}`))
    say(`${name} is here`)
  })

  server.on('upgrade', (request, socket, head) => {
    const path = request.url?.split('?')[0]
    // Socket.IO has a listener of its own for this event.
    if (path?.startsWith('/socket.io/') === true) return
    if (path !== '/ws') {
      socket.destroy()
      return
    }
    guard(request, socket, head)
      .then((session) => {
        // The guard has answered, and the socket is closed.
        if (session === undefined) return
        chat.handleUpgrade(request, socket, head, (webSocket) => {
          const stop = ory.watch(request, {
            onEnd: ({ status, code }) => webSocket.close(4_000 + status, code),
          })
          webSocket.once('close', stop)
          chat.emit('connection', webSocket, session)
        })
      })
      .catch(console.error)
  })
  return chat
}
