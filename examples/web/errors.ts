import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { getSession, isSessionError } from 'express-ory-session'
import type { OrySession, SessionError } from 'express-ory-session'
import { html } from './html.js'
import type { Html } from './html.js'
import { layout, wayTo } from './layout.js'
import { nameOf, noteForm } from './pages.js'

const button = (href: string, label: string): Html =>
  html`<p><a class="button" href="${href}">${label}</a></p>`

export const notFound: RequestHandler = ({ path }, res) => {
  const content = html`<p>There is nothing at this address.</p>
    ${button(wayTo('/', path), 'To the start page')}`
  res.status(404).send(layout({ title: 'Not found', content, path }))
}

/** Makes the one handler that turns errors into pages. */
export function createErrorPages(ory: OrySession): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error)
      return
    }
    if (isSessionError(error)) {
      // A denial is an answer. Only an Ory that gives none is somebody's business here.
      if (error.code === 'authentication_unavailable') console.error('No answer:', error.cause)
      // A guard before this one may have let the user in, who wants to be able to sign out here, too.
      const session = getSession(req)
      const name = session && nameOf(session)
      const page = layout({ ...denialPage(error, ory, req), name, path: req.path })
      res.status(error.status).set(error.headers).type('html').send(page)
      return
    }
    // Express, body-parser and the like mark what a client may see; the rest is ours to read.
    const { status = 500, expose = false } = (error ?? {}) as { status?: number; expose?: boolean }
    if (!expose) console.error(error)
    const code = expose ? status : 500
    const content = html`<p>That did not work.</p>`
    const title = STATUS_CODES[code] ?? 'Error'
    res.status(code).send(layout({ title, content, path: req.path }))
  }
}

interface DenialPage {
  readonly title: string
  readonly content: Html
}

/** A page that says what can be done about a denial, if no redirect has. */
function denialPage(error: SessionError, ory: OrySession, req: Request): DenialPage {
  // A form's own address shows nothing, so the way back is to the page that it was sent from.
  const returnTo = req.method === 'GET' ? req.originalUrl : req.path
  switch (error.code) {
    case 'session_missing':
    case 'session_invalid':
      return {
        title: 'Please sign in',
        content: wayOn(
          req,
          'This page is for those who are signed in.',
          'Sign in',
          ory.loginUrl({ returnTo }),
          // A page that was denied in spite of `redirectToLogin`: another login alone does not mend that.
          req.method === 'GET' ? error.message : undefined,
        ),
      }
    case 'session_aal2_required':
      return {
        title: 'A second factor, please',
        content: error.isSecondFactorMissing
          ? wayOn(
              req,
              `This page needs a second factor, such as a code from an app, and you have none yet.
                Enrolling one takes a minute.`,
              'Enrol one',
              ory.settingsUrl({ returnTo }),
            )
          : wayOn(
              req,
              'This page needs your second factor, such as a code from an app.',
              'Show it',
              ory.loginUrl({ returnTo, aal: 'aal2' }),
            ),
      }
    case 'session_refresh_required':
      return {
        title: 'Please sign in again',
        content: wayOn(
          req,
          'Your last login was too long ago for this page.',
          'Sign in again',
          ory.loginUrl({ returnTo, refresh: true }),
        ),
      }
    case 'authentication_unavailable':
      return {
        title: 'Please try again',
        content: html`<p>
            We cannot tell who you are at the moment. If you were signed in, you still are.
          </p>
          ${lostNote(req, 'Wait a moment, and keep it then.')} ${formAgain(req)}
          ${req.method === 'GET' ? button('', 'Try again') : undefined}`,
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

/** Why a page is denied, and the link that mends it. With a note that was not taken it opens another tab. */
function wayOn(req: Request, why: string, label: string, href: string, detail?: string): Html {
  if (noteOf(req) === undefined) {
    return html`<p>${why} You come back here afterwards.</p>
      ${detail && html`<p class="quiet">${detail}</p>`} ${button(href, label)}`
  }
  return html`<p>${why}</p>
    ${lostNote(req, 'The link opens another tab. Then come back here to keep it.')}
    <p><a class="button" target="_blank" href="${href}">${label}</a></p>
    ${formAgain(req)}`
}

/** The text of a note that came with a form. */
function noteOf({ body }: Request): string | undefined {
  const { text } = (body ?? {}) as { text?: unknown }
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** Says what to do with a note that was not taken. */
function lostNote(req: Request, advice: string): Html | undefined {
  return noteOf(req) === undefined
    ? undefined
    : html`<p class="notice"><strong>Your note is not kept yet.</strong> Here it is. ${advice}</p>`
}

/** The form of a note that was not taken, ready to be sent once more. */
function formAgain(req: Request): Html | undefined {
  const text = noteOf(req)
  return text === undefined ? undefined : noteForm(text)
}
