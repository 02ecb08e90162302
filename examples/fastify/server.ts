// Fastify: ORY_SDK_URL=https://<slug>.projects.oryapis.com node --import tsx examples/fastify/server.ts
import Fastify from 'fastify'
import type { preHandlerAsyncHookHandler } from 'fastify'
import { createOrySession } from 'express-ory-session'
import type { Session, SessionPolicy } from 'express-ory-session'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireSession` alone. */
    session: Session
  }
}

const ory = createOrySession()
const app = Fastify()
app.decorateRequest('session')

/** A hook that puts the session on the request, or answers with the denial. */
function requireSession(policy?: SessionPolicy<Session, never>): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const { error, session, setCookie } = await ory.authenticate(request, policy)
    reply.header('Vary', 'X-Session-Token, Authorization, Cookie')
    for (const line of setCookie) reply.header('Set-Cookie', line)
    if (error !== undefined) {
      return reply.code(error.status).headers(error.headers).send(JSON.stringify(error))
    }
    request.session = session
    reply.header('Cache-Control', 'private, no-store')
    return undefined
  }
}

app.get('/', () => ({ hello: 'world' }))
app.get('/me', { onRequest: requireSession() }, ({ session }) => session.identity.traits)
app.post('/transfer', { onRequest: requireSession({ aal: 'aal2' }) }, ({ session }) => ({
  from: session.identity.id,
}))

const origin = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' })
console.log(`${origin}/me`)
process.once('SIGTERM', () => {
  void app.close().then(() => ory.close())
})
