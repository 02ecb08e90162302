// Hono on Node: ORY_SDK_URL=https://<slug>.projects.oryapis.com node --import tsx examples/hono/server.ts
import { serve } from '@hono/node-server'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { createOrySession } from 'express-ory-session'
import { requireSession } from 'express-ory-session/hono'

const ory = createOrySession()
const logout = ory.logout()

// A denial is thrown, and Hono answers with its getResponse().
export const app = new Hono<{ Bindings: HttpBindings }>()
  .get('/', (c) => c.json({ hello: 'world' }))
  .get('/me', requireSession(ory), (c) => c.json(c.var.session.identity.traits))
  .post('/transfer', requireSession(ory, { aal: 'aal2' }), (c) =>
    c.json({ from: c.var.session.identity.id }),
  )
  .post('/logout', async ({ env }) => {
    await new Promise<void>((resolve, reject) => {
      env.outgoing.once('close', resolve)
      logout(env.incoming, env.outgoing, reject)
    })
    return RESPONSE_ALREADY_SENT
  })

const port = Number(process.env['PORT'] ?? 3000)
const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) => {
  console.log(`http://127.0.0.1:${address.port}/me`)
})
process.once('SIGTERM', () => server.close(() => void ory.close()))
