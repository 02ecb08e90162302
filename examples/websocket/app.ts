import { fileURLToPath } from 'node:url'
import express from 'express'
import type { Express } from 'express'
import type { OrySession } from 'express-ory-session'

/** The pages of the chat, without a port. */
export function createApp(ory: OrySession): Express {
  const app = express()
  app.disable('x-powered-by')
  app.get('/', ory.requireSession({ redirectToLogin: true }))
  // A script cannot read the status of a denied handshake, so it asks here before it connects.
  app.get('/me', ory.requireSession(), ({ session }, res) => {
    res.json({ email: session.identity.traits.email })
  })
  app.post('/logout', ory.logout({ returnTo: '/' }))
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url))))
  return app
}
