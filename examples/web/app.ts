import { fileURLToPath } from 'node:url'
import express from 'express'
import type { Express } from 'express'
import { getSession } from 'express-ory-session'
import type { OrySession } from 'express-ory-session'
import { createErrorPages, notFound } from './errors.js'
import { createNotes } from './notes.js'
import { accountPage, notesPage, startPage, vaultPage } from './pages.js'
import { createSecurityHeaders } from './security-headers.js'

/** How long ago the last login may be for the account page. */
const recentMs = 10 * 60_000

/** The web application, without a port. */
export function createApp(ory: OrySession): Express {
  const app = express()
  const notes = createNotes()
  app.disable('x-powered-by')
  app.use(createSecurityHeaders())
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url))))

  // For everybody, by name if there is a session. It stays readable while Ory is away.
  app.get('/', ory.optionalSession({ onUnavailable: 'anonymous' }), (req, res) => {
    res.send(startPage(getSession(req)))
  })

  // The start page's link. The guard leads to Ory's login, and after half a login to the second factor,
  // where Ory's own login link leads straight back.
  app.get('/login', ory.requireSession({ redirectToLogin: true }), (_req, res) => {
    // Relative, as all links are: behind a proxy that strips a prefix, `/` is another application.
    res.redirect(303, './')
  })

  // For everybody who is signed in. A browser that is not goes to Ory's login, and comes back here.
  app.get('/notes', ory.requireSession({ redirectToLogin: true }), ({ session }, res) => {
    res.send(notesPage(session, notes.of(session.identity.id)))
  })

  // A form. One on another site that sends its visitors here is refused before Ory is asked.
  const form = express.urlencoded({ extended: false, limit: '4kb' })
  // The body is read first, so that the page of a denial can give the text back.
  app.post('/notes', form, ory.requireSession(), ({ session, body }, res, next) => {
    const { text } = (body ?? {}) as { text?: unknown }
    if (notes.add(session.identity.id, text)) res.redirect(303, 'notes')
    else next(Object.assign(new Error('no note'), { status: 400, expose: true }))
  })

  // Who is not signed in goes to the login. Who has not shown a second factor gets a page that says why
  // it is needed, and leads to Ory to show or to enrol one. With `redirectToLogin` in the second guard, too,
  // the browser would go there at once.
  const signedIn = ory.requireSession({ redirectToLogin: true })
  app.get('/vault', signedIn, ory.requireSession({ aal: 'aal2' }), ({ session }, res) => {
    res.send(vaultPage(session))
  })

  // For those who have logged in of late, or are sent to do it again.
  const recent = ory.requireSession({ maxAgeMs: recentMs, redirectToLogin: true })
  app.get('/account', recent, ({ session }, res) => {
    res.send(accountPage(session, ory.settingsUrl({ returnTo: '/account' })))
  })

  // Forgets the session here, and leads the browser to Ory, which ends it and leads it back.
  app.post('/logout', ory.logout({ returnTo: '/' }))

  app.use(notFound, createErrorPages(ory))
  return app
}
