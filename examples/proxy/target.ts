import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { WebSocketServer } from 'ws'

/** The application behind the proxy. It knows the user by the header that the proxy sets, and nothing of Ory. */
export function createTarget(): Server {
  const server = createServer((request, response) => {
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Cache-Control': 'public, max-age=60',
      'Set-Cookie': 'theme=dark; Path=/',
      Vary: 'Accept-Encoding',
    })
    const { 'x-user-id': user, cookie = '' } = request.headers
    response.end(`${JSON.stringify({ user, path: request.url, cookie })}\n`)
  })
  new WebSocketServer({ server, path: '/api/live' }).on('connection', (socket, request) => {
    socket.on('error', () => socket.terminate())
    socket.send(`hello ${String(request.headers['x-user-id'])}`)
  })
  return server
}
