// node:http and nothing else: ORY_SDK_URL=https://<slug>.projects.oryapis.com node --import tsx examples/plain-http/server.ts
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOrySession, getSession } from 'express-ory-session'
import type { SessionMiddleware } from 'express-ory-session'

const ory = createOrySession()

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Puts middleware before a handler; an error that it passes on is no denial, but a mistake here. */
function protect(middleware: SessionMiddleware, handler: Handler): Handler {
  return (request, response) =>
    middleware(request, response, (error) => {
      if (error === undefined) {
        handler(request, response)
        return
      }
      console.error(error)
      send(response, 500, { title: 'Internal Server Error' })
    })
}

const routes: Readonly<Record<string, Handler>> = {
  'GET /': (_request, response) => send(response, 200, { hello: 'world' }),
  'GET /me': protect(ory.requireSession(), (request, response) =>
    send(response, 200, getSession(request)?.identity.traits),
  ),
  'POST /transfer': protect(ory.requireSession({ aal: 'aal2' }), (request, response) =>
    send(response, 200, { from: getSession(request)?.identity.id }),
  ),
}

const listener: RequestListener = (request, response) => {
  const { method = '', url = '' } = request
  const handler = routes[`${method} ${url.replace(/\?.*/, '')}`]
  if (handler) handler(request, response)
  else send(response, 404, { title: 'Not Found' })
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

const server = createServer(listener).listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1')
server.once('listening', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/me`)
})
process.once('SIGTERM', () => server.close(() => void ory.close()))
