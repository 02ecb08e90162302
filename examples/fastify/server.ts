// Fastify: ORY_SDK_URL=https://<slug>.projects.oryapis.com node --import tsx examples/fastify/server.ts
import Fastify from 'fastify'
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

const origin = await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' })
console.log(`${origin}/me`)
process.once('SIGTERM', () => {
  void app.close().then(() => ory.close())
})
