import { createServer } from 'node:http'
import type { ClientRequest, IncomingMessage, Server } from 'node:http'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { getSession } from 'express-ory-session'
import type { OrySession } from 'express-ory-session'

/** A proxy that lets requests and WebSockets with a session through to the target. */
export function createProxy(ory: OrySession, target: string): Server {
  const guard = ory.guardUpgrade()
  // Without `ws: true`: with it, the proxy takes upgrades itself, past the guard.
  const proxy = createProxyMiddleware({
    target,
    pathFilter: '/api',
    on: {
      proxyReq: nameUser,
      proxyReqWs(proxied, request) {
        nameUser(proxied, request)
        // A cookie that Ory renewed goes out with the target's 101.
        proxied.once('upgrade', ({ headers }: IncomingMessage) => {
          const renewed = guard.setCookie(request)
          if (renewed.length > 0)
            headers['set-cookie'] = [...(headers['set-cookie'] ?? []), ...renewed]
        })
      },
    },
  })

  const app = express()
  app.post('/logout', ory.logout())
  app.use('/api', ory.requireSession())
  // At the root, because a mount path is cut off requests, but not off upgrades.
  app.use(proxy)

  const server = createServer(app)
  server.on('upgrade', (request, socket, head) => {
    guard(request, socket, head)
      .then((session) => {
        if (session === undefined) return
        // The proxy leaves the upgrades of other paths to other listeners, and there are none.
        if (request.url?.startsWith('/api/') !== true) {
          socket.destroy()
          return
        }
        const stop = ory.watch(request, { onEnd: () => socket.destroy() })
        socket.once('close', stop)
        // `server.on` types each socket as a stream, and an upgrade of Node's has a real one.
        proxy.upgrade(request, socket as IncomingMessage['socket'], head)
      })
      .catch(console.error)
  })
  return server
}

/** Tells the target who asks. Without this, a client could say so itself. The credential stays here. */
function nameUser(proxied: ClientRequest, request: IncomingMessage): void {
  const id = getSession(request)?.identity.id
  if (id === undefined) proxied.removeHeader('X-User-Id')
  else proxied.setHeader('X-User-Id', id)
  for (const name of ['Cookie', 'Authorization', 'X-Session-Token']) proxied.removeHeader(name)
}
