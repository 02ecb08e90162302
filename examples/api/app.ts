import cookieParser from 'cookie-parser'
import express from 'express'
import type { Express } from 'express'
import { getSession } from 'express-ory-session'
import type { OrySession, Session } from 'express-ory-session'
import { answerError, createHttpError, notFound } from './errors.js'

const isAdmin = ({ identity }: Session): boolean => identity.metadata_public?.role === 'admin'

/** The API, without a port, so that tests can call it. */
export function createApp(ory: OrySession): Express {
  const app = express()
  app.disable('x-powered-by')
  // A browser application on another origin: `cors()` would stand here, before everything.
  // Sessions do not need cookie-parser; it is for the application's own cookies.
  app.use(cookieParser(), express.json())

  // For everybody, by name where there is a session.
  app.get('/', ory.optionalSession(), (req, res) => {
    res.json({ hello: getSession(req)?.identity.traits.email ?? 'guest' })
  })

  // For everybody who is signed in.
  app.get('/me', ory.requireSession(), ({ session }, res) => {
    const { id, traits } = session.identity
    res.json({ id, traits, aal: session.authenticator_assurance_level })
  })

  // For those who have shown a second factor, a quarter of an hour ago at most.
  const stepUp = ory.requireSession({ aal: 'aal2', maxAgeMs: 15 * 60_000 })
  app.post('/transfer', stepUp, (req, res) => {
    const { to, amount } = (req.body ?? {}) as { to?: unknown; amount?: unknown }
    if (typeof to !== 'string' || typeof amount !== 'number') {
      throw createHttpError(400, 'A transfer is { "to": string, "amount": number }.')
    }
    res.json({ from: req.session.identity.traits.email, to, amount })
  })

  // For administrators.
  app.get('/admin/stats', ory.requireSession({ allow: isAdmin }), (_req, res) => {
    res.json(ory.stats())
  })

  // Ends the session at Ory, and here at once.
  app.post('/logout', ory.logout())

  app.use(notFound, answerError)
  return app
}
