// A chat on ws: ORY_SDK_URL=https://<slug>.projects.oryapis.com node --import tsx examples/websocket/server.ts
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { createOrySession } from 'express-ory-session'
import type { Session } from 'express-ory-session'

const ory = createOrySession()
const guard = ory.guardUpgrade()
const chat = new WebSocketServer({ noServer: true, maxPayload: 4_096 })
const logout = ory.logout()

// A cookie that Ory renewed goes out with the 101.
chat.on('headers', (lines, request) => {
  for (const line of guard.setCookie(request)) lines.push(`Set-Cookie: ${line}`)
})

chat.on('connection', (socket: WebSocket, session: Session) => {
  const name = String(session.identity.traits.email)
  socket.on('error', () => socket.terminate())
  socket.on('message', (data: Buffer) => say(`${name}: ${data.toString()}`))
  say(`${name} is here`)
})

function say(text: string): void {
  for (const socket of chat.clients) if (socket.readyState === WebSocket.OPEN) socket.send(text)
}

const server = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/logout') {
    logout(request, response, () => response.writeHead(500).end())
  } else {
    response.writeHead(404).end()
  }
})

server.on('upgrade', (request, socket, head) => {
  void guard(request, socket, head).then((session) => {
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
})

server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/chat`)
})
process.once('SIGTERM', () => {
  for (const socket of chat.clients) socket.close(1_001)
  server.close(() => void ory.close())
})
