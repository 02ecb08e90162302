import type { IncomingMessage, ServerResponse } from 'node:http'
import { readCredential } from '../credential/read-credential.js'
import type { Credential } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import { comesFromElsewhere, isSafe } from '../auth/cross-site.js'
import type { Denials } from '../auth/create-errors.js'
import { giveUp } from './send-denial.js'
import type { Deny } from './send-denial.js'
import { urlBelow } from '../shared/ory-urls.js'
import { wantsPage } from './login-redirect.js'
import { isGone, seeOther, send } from './respond.js'
import type { SessionError } from '../shared/session-error.js'
import type { Ending } from '../auth/end-session.js'
import { fail } from './next.js'
import type { SessionNext } from '../options/options.js'
import { returnQuery } from './links.js'
import type { SessionReturnTo } from './links.js'
import type { SessionMiddleware } from './middleware.js'
import { readMembers } from '../options/validators.js'
import type { Settings } from '../options/resolve-options.js'
import { Fault } from '../shared/fault.js'
import type { Vary } from './vary.js'

export interface LogoutParts {
  readonly settings: Settings
  readonly ending: Ending
  readonly keyOf: (credential: Credential) => Key
  readonly denials: Denials
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
  const { settings, ending, keyOf, denials, deny, vary } = parts

  /** A log-out changes something, whichever method asks for it. */
  function isForged(request: IncomingMessage): boolean {
    if (settings.isCrossSiteAllowed) return false
    // A browser sends no `Origin` with a GET; without Fetch Metadata nobody knows where it is from.
    const isUntold = isSafe(request.method) && request.headers['sec-fetch-site'] === undefined
    return isUntold || comesFromElsewhere(request.headers, settings)
  }

  return (link = {}) => {
    const start = settings.publicOrigin === undefined ? undefined : '/'
    const { returnTo = start } = readMembers('logout', link, ['returnTo'])
    const query = returnQuery(returnTo, settings)
    const wayBack = query['return_to']

    function logoutUrl(token: string): string {
      const search = new URLSearchParams({ token, ...query }).toString()
      return `${urlBelow(settings.browserUrl, '/self-service/logout')}?${search}`
    }

    /** Sends a browser on, where there is somewhere to go. */
    function answer(
      location: string | undefined,
      request: IncomingMessage,
      response: ServerResponse,
      next: SessionNext,
    ): void {
      try {
        if (location === undefined) send(response, 204, noStore)
        else if (wantsPage(request)) seeOther(response, location)
        else {
          const headers = { ...noStore, 'Content-Type': 'application/json' }
          send(response, 200, headers, JSON.stringify({ redirect_browser_to: location }))
        }
      } catch (thrown) {
        giveUp(response, next, thrown)
      }
    }

    return (request, response, next) => {
      if (response.headersSent) {
        next(new Error('The answer to a log-out had begun before it'))
        return
      }
      vary(response)
      const refuse = (error: SessionError): void => {
        deny(error, false, request, response, next)
      }
      if (parts.isClosed()) {
        refuse(denials.unavailable(new Fault('closed')))
        return
      }
      const credential = readCredential(request, settings)
      if (credential === 'malformed') {
        refuse(denials.malformed())
        return
      }
      if (typeof credential !== 'object') {
        answer(wayBack, request, response, next)
        return
      }
      const isToken = credential.source !== 'cookie'
      if (!isToken && isForged(request)) {
        refuse(denials.crossSite())
        return
      }
      ending.end(credential, keyOf(credential)).then(
        ({ logoutToken }) => {
          if (isGone(response)) return
          if (response.headersSent) next(new Error('The answer to a log-out began before its end'))
          else if (isToken) answer(undefined, request, response, next)
          else {
            const location = logoutToken === undefined ? wayBack : logoutUrl(logoutToken)
            answer(location, request, response, next)
          }
        },
        (error: unknown) => {
          if (isGone(response)) return
          if (error instanceof Fault) refuse(denials.unavailable(error))
          else fail(next, error)
        },
      )
    }
  }
}
