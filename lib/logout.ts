import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cache } from './cache/cache.js'
import { readCredential, sendable } from './credential/credential.js'
import type { Credential } from './credential/credential.js'
import type { Key } from './credential/key.js'
import { isCrossSite } from './cross-site.js'
import type { Deny } from './denial/deny.js'
import { seeOther } from './denial/deny.js'
import type { Denials } from './denial/denials.js'
import { urlBelow } from './denial/ory-url.js'
import { wantsPage } from './denial/redirect.js'
import { isGone } from './denial/respond.js'
import { returnQuery } from './links.js'
import type { ReturnTo } from './links.js'
import type { Middleware } from './middleware.js'
import { checkKeys } from './options/check.js'
import type { Settings } from './options/settings.js'
import { withDeadline } from './upstream/deadline.js'
import { Fault } from './upstream/fault.js'
import type { LogOut } from './upstream/log-out.js'

export interface LogoutParts {
  readonly settings: Settings
  readonly cache: Cache
  readonly keyOf: (credential: Credential) => Key
  readonly logOut: LogOut
  readonly denials: Denials
  readonly deny: Deny
}

/**
 * Makes the maker of handlers that log out. What is known of the session is forgotten at once, and
 * the credential refused until the browser has been to Ory.
 */
export function createLogout(parts: LogoutParts): (link?: ReturnTo) => Middleware {
  const { settings, cache, keyOf, logOut, denials, deny } = parts

  async function end(credential: Credential): Promise<string | undefined> {
    const sent = sendable(credential)
    const key = keyOf(credential)
    const { logoutToken } =
      sent === undefined
        ? { logoutToken: undefined }
        : await withDeadline(settings.timeoutMs, (signal) => logOut(sent, signal))
    cache.end(key)
    return logoutToken
  }

  return (link = {}) => {
    checkKeys('logout', link, ['returnTo'])
    const query = returnQuery(
      settings.publicOrigin === undefined ? link : { returnTo: '/', ...link },
      settings,
    )

    function finish(
      logoutToken: string | undefined,
      request: IncomingMessage,
      response: ServerResponse,
    ): void {
      const location =
        logoutToken === undefined
          ? query['return_to']
          : `${urlBelow(settings.browserUrl, '/self-service/logout')}?${new URLSearchParams({
              token: logoutToken,
              ...query,
            }).toString()}`
      if (location === undefined) sendNothing(response)
      else if (wantsPage(request)) seeOther(response, location)
      else sendJson(response, { redirect_browser_to: location })
    }

    return (request, response, next) => {
      const credential = readCredential(request, settings)
      if (credential === 'malformed') {
        deny(denials.malformed(), false, request, response, next)
        return
      }
      // A log-out changes something, whichever method asks for it.
      const isForged = isCrossSite({ headers: request.headers, method: 'POST' }, settings)
      const isSafeMethod = request.method === 'GET' || request.method === 'HEAD'
      const hasMetadata = request.headers['sec-fetch-site'] !== undefined
      const isCookie = typeof credential === 'object' && credential.source === 'cookie'
      if (
        isCookie &&
        !settings.isCrossSiteAllowed &&
        (isForged || (isSafeMethod && !hasMetadata))
      ) {
        deny(denials.crossSite(), false, request, response, next)
        return
      }
      if (typeof credential !== 'object') {
        finish(undefined, request, response)
        return
      }
      end(credential).then(
        (logoutToken) => {
          if (isGone(response)) return
          if (isCookie) finish(logoutToken, request, response)
          else sendNothing(response)
        },
        (error: unknown) => {
          if (isGone(response)) return
          if (error instanceof Fault) {
            deny(denials.unavailable(error), false, request, response, next)
          } else next(error)
        },
      )
    }
  }
}

function sendNothing(response: ServerResponse): void {
  response.statusCode = 204
  response.setHeader('Cache-Control', 'no-store')
  response.end()
}

function sendJson(response: ServerResponse, body: object): void {
  const text = Buffer.from(JSON.stringify(body))
  response.statusCode = 200
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Length', text.length)
  response.end(text)
}
