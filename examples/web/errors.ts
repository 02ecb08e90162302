import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { isSessionError } from 'express-ory-session'
import type { OrySession, SessionError } from 'express-ory-session'
import { html } from './html.js'
import type { Html } from './html.js'
import { layout } from './layout.js'

export const notFound: RequestHandler = (_req, res) => {
  const content = html`<p>There is nothing here.</p>`
  res.status(404).send(layout({ title: 'Not found', content }))
}

/** Makes the one place where errors become pages. */
export function createErrorPages(ory: OrySession): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error)
      return
    }
    if (isSessionError(error)) {
      // A denial is an answer. Only an Ory that gives none is somebody's business here.
      if (error.code === 'authentication_unavailable') console.error('No answer:', error.cause)
      // What was sent is lost by now, so the way back is to the page that it was sent from.
      const { title, content } = denialPage(error, ory, req.path)
      res.status(error.status).set(error.headers).type('html').send(layout({ title, content }))
      return
    }
    // Express, body-parser and the like mark what a client may see; the rest is ours to read.
    const { status = 500, expose = false } = (error ?? {}) as { status?: number; expose?: boolean }
    if (!expose) console.error(error)
    const code = expose ? status : 500
    const content = html`<p>That did not work.</p>`
    res.status(code).send(layout({ title: STATUS_CODES[code] ?? 'Error', content }))
  }
}

interface DenialPage {
  readonly title: string
  readonly content: Html
}

/** A page that says what can be done about a denial, where a redirect has not. */
function denialPage(error: SessionError, ory: OrySession, returnTo: string): DenialPage {
  const button = (href: string, label: string): Html =>
    html`<p><a class="button" href="${href}">${label}</a></p>`
  switch (error.code) {
    case 'session_missing':
    case 'session_invalid':
      return {
        title: 'Please sign in',
        content: html`<p>This page is for those who are signed in.</p>
          ${button(ory.loginUrl({ returnTo }), 'Sign in')}`,
      }
    case 'session_aal2_required':
      return {
        title: 'A second factor, please',
        content: html`<p>This page is for those who have shown a second factor.</p>
          ${button(ory.loginUrl({ returnTo, aal: 'aal2' }), 'Show it')}
          ${button(ory.settingsUrl({ returnTo }), 'Enrol one')}`,
      }
    case 'session_refresh_required':
      return {
        title: 'Please sign in again',
        content: html`<p>Your last login was too long ago for this page.</p>
          ${button(ory.loginUrl({ returnTo, refresh: true }), 'Sign in again')}`,
      }
    case 'authentication_unavailable':
      return {
        title: 'Please try again',
        content: html`<p>We cannot tell who you are at the moment. You are still signed in.</p>`,
      }
    case 'cross_site_request':
      return {
        title: 'Not from there',
        content: html`<p>Another site has sent you here with a form. Nothing was changed.</p>`,
      }
    case 'credential_malformed':
    case 'session_method_required':
    case 'session_unverified':
    case 'session_forbidden':
      return { title: 'Not allowed', content: html`<p>${error.message}</p>` }
  }
}
