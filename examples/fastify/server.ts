// Fastify: ORY_SDK_URL=https://<slug>.projects.oryapis.com node --import tsx examples/fastify/server.ts
import Fastify from 'fastify'
import type { onRequestHookHandler } from 'fastify'
import { createOrySession } from 'express-ory-session'
import { orySession } from 'express-ory-session/fastify'

const ory = createOrySession()
const app = Fastify()
await app.register(orySession, { ory })

app.get('/', () => ({ hello: 'world' }))
app.get('/me', { onRequest: app.requireSession() }, ({ session }) => session.identity.traits)
app.post('/transfer', { onRequest: app.requireSession({ aal: 'aal2' }) }, ({ session }) => ({
  from: session.identity.id,
}))

const logout = ory.logout()
// `onRequest`: Fastify refuses the body of a form before a handler runs.
const endSession: onRequestHookHandler = (request, reply) => {
  reply.hijack()
  logout(request.raw, reply.raw, (error) => reply.raw.destroy(error as Error))
}
app.post('/logout', { onRequest: endSession }, () => undefined)

const origin = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' })
console.log(`${origin}/me`)
process.once('SIGTERM', () => {
  void app.close().then(() => ory.close())
})
