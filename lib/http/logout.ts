import type { IncomingMessage, ServerResponse } from 'node:http'
import { readCredential } from '../credential/read-credential.js'
import type { Credential } from '../credential/credential.js'
import type { Key } from '../credential/cache-key.js'
import { comesFromElsewhere, isSafe } from '../auth/cross-site.js'
import type { DenialErrors } from '../auth/denial-errors.js'
import { giveUp } from './deny.js'
import type { Deny } from './deny.js'
import { logoutUrl } from '../shared/ory-urls.js'
import { sendGoOnPage } from './go-on-page.js'
import { isPrefetch, sentMethod, wantsPage } from './navigation.js'
import { isGone, seeOther, send } from './respond.js'
import type { SessionError } from '../shared/session-error.js'
import type { EndSession } from '../auth/end-session.js'
import { pageOf, withReturn } from './links.js'
import type { SessionReturnTo } from './links.js'
import { handOn } from './middleware.js'
import type { SessionMiddleware } from './middleware.js'
import { readMembers } from '../options/validators.js'
import type { Settings } from '../options/resolve-options.js'
import { Fault } from '../shared/fault.js'
import type { Vary } from './vary.js'

export interface LogoutParts {
  readonly settings: Settings
  readonly endSession: EndSession
  readonly keyOf: (credential: Credential) => Key
  readonly errors: DenialErrors
  readonly deny: Deny
  readonly vary: Vary
  readonly isClosed: () => boolean
}

const noStore = { 'Cache-Control': 'no-store' }

/**
 * Makes the maker of handlers that log out. What is known of the session is forgotten at once, and
 * it is refused here from then on, while its browser is still on the way to Ory.
 */
export function createLogout(parts: LogoutParts): (link?: SessionReturnTo) => SessionMiddleware {
  const { settings, endSession, keyOf, errors, deny, vary } = parts

  /** A logout changes something, whichever method asks for it. */
  function isForged(request: IncomingMessage): boolean {
    if (settings.isCrossSiteAllowed) return false
    // A browser sends no `Origin` with a GET; without Fetch Metadata nobody knows where it is from.
    const isOriginUnknown =
      isSafe(sentMethod(request)) && request.headers['sec-fetch-site'] === undefined
    return isOriginUnknown || comesFromElsewhere(request.headers, settings)
  }

  return (link = {}) => {
    const start = settings.publicOrigin === undefined ? undefined : '/'
    const { returnTo = start } = readMembers('logout', link, ['returnTo'])
    const wayBack = pageOf(returnTo, settings)

    /** Sends a browser on, if there is somewhere to go. */
    function answer(
      location: string | undefined,
      request: IncomingMessage,
      response: ServerResponse,
    ): void {
      if (location === undefined) send(response, 204, noStore)
      else if (!wantsPage(request)) {
        const headers = { ...noStore, 'Content-Type': 'application/json' }
        send(response, 200, headers, JSON.stringify({ redirect_browser_to: location }))
      }
      // A policy's `form-action` blocks a form's chain of redirects at the first stop that it does not name.
      else if (sentMethod(request) === 'POST') sendGoOnPage(response, location)
      else seeOther(response, location)
    }

    function linkOf(token: string | undefined): string | undefined {
      if (token === undefined) return wayBack
      return withReturn(logoutUrl(settings.browserUrl, token), wayBack, settings)
    }

    /** Answers what needs no question to Ory. Returns whose session is to end, or why it may not. */
    function begin(
      request: IncomingMessage,
      response: ServerResponse,
    ): Credential | SessionError | undefined {
      if (response.headersSent) throw new Error('The answer to a logout had begun before it')
      vary(response)
      if (isPrefetch(request)) {
        // The browser drops what is no success, and asks again when its user clicks.
        send(response, 503, noStore)
        return undefined
      }
      if (parts.isClosed()) return errors.unavailable(new Fault('closed'))
      const credential = readCredential(request, settings)
      if (credential === 'malformed') return errors.malformed()
      if (typeof credential !== 'object') {
        answer(wayBack, request, response)
        return undefined
      }
      return credential.source === 'cookie' && isForged(request) ? errors.crossSite() : credential
    }

    /** Answers when the session has ended. */
    function finish(
      isToken: boolean,
      logoutToken: string | undefined,
      request: IncomingMessage,
      response: ServerResponse,
    ): void {
      if (isGone(response)) return
      if (response.headersSent) throw new Error('The answer to a logout began before its end')
      answer(isToken ? undefined : linkOf(logoutToken), request, response)
    }

    return (request, response, next) => {
      const refuse = (error: SessionError): void => {
        deny(error, false, request, response, next)
      }
      // `next` is called outside of each `try`: what a later handler throws is not ours to catch.
      let begun: Credential | SessionError | undefined
      try {
        begun = begin(request, response)
      } catch (thrown) {
        giveUp(response, next, thrown)
        return
      }
      if (begun === undefined) return
      if (!('source' in begun)) {
        refuse(begun)
        return
      }
      const isToken = begun.source !== 'cookie'
      endSession.end(begun, keyOf(begun)).then(
        ({ logoutToken }) => {
          try {
            finish(isToken, logoutToken, request, response)
          } catch (thrown) {
            giveUp(response, next, thrown)
          }
        },
        (error: unknown) => {
          if (error instanceof Fault) refuse(errors.unavailable(error))
          else handOn(error, response, next)
        },
      )
    }
  }
}
