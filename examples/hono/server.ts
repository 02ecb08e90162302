// Hono on Node: ORY_SDK_URL=https://<slug>.projects.oryapis.com node --import tsx examples/hono/server.ts
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { createOrySession } from 'express-ory-session'
import type { Session, SessionPolicy } from 'express-ory-session'

const ory = createOrySession()

/** Puts the session on `c.var.session`, typed, or answers with the denial. */
const requireSession = (policy?: SessionPolicy<Session, never>) =>
  createMiddleware<{ Variables: { session: Session } }>(async (c, next) => {
    const { error, session, setCookie } = await ory.authenticate(c.req, policy)
    if (error !== undefined) {
      const denial = Response.json(error, { status: error.status, headers: error.headers })
      for (const line of setCookie) denial.headers.append('Set-Cookie', line)
      denial.headers.set('Vary', 'X-Session-Token, Authorization, Cookie')
      return denial
    }
    c.set('session', session)
    await next()
    for (const line of setCookie) c.header('Set-Cookie', line, { append: true })
    c.header('Vary', 'X-Session-Token, Authorization, Cookie', { append: true })
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'private, no-store')
    return undefined
  })

export const app = new Hono()
  .get('/', (c) => c.json({ hello: 'world' }))
  .get('/me', requireSession(), (c) => c.json(c.var.session.identity.traits))
  .post('/transfer', requireSession({ aal: 'aal2' }), (c) =>
    c.json({ from: c.var.session.identity.id }),
  )

const port = Number(process.env['PORT'] ?? 3000)
const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) => {
  console.log(`http://127.0.0.1:${address.port}/me`)
})
process.once('SIGTERM', () => server.close(() => void ory.close()))
