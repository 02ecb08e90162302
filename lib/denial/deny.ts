import type { IncomingMessage, ServerResponse } from 'node:http'
import { count } from '../counters.js'
import type { Counters } from '../counters.js'
import { fail } from '../next.js'
import type { Next } from '../next.js'
import { isThenable } from '../thenable.js'
import type { OnDenied } from '../options/options.js'
import type { Settings } from '../options/settings.js'
import { countBounce } from './bounce.js'
import type { SessionError } from './errors.js'
import { redirectOf } from './redirect.js'
import { isGone, respond } from './respond.js'

/** Answers a denied request as the instance is set up to. */
export type Deny = (
  error: SessionError,
  isRedirecting: boolean,
  request: IncomingMessage,
  response: ServerResponse,
  next: Next,
) => void

export function createDeny(settings: Settings, counters: Counters): Deny {
  const { clock } = settings
  // Somebody's handler may be `async` all the same.
  const onDenied: ((...denied: Parameters<OnDenied>) => unknown) | undefined = settings.onDenied

  function redirect(
    error: SessionError,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean {
    const way = redirectOf(error, request, settings)
    if (way === undefined || !countBounce(request, response, way.returnTo, clock.now()))
      return false
    seeOther(response, way.location)
    return true
  }

  return (error, isRedirecting, request, response, next) => {
    count(counters.denials, error.code)
    if (response.headersSent) {
      // Somebody answered meanwhile; the final handler knows what is left to do.
      next(error)
      return
    }
    if (isRedirecting && redirect(error, request, response)) return
    if (onDenied === undefined) {
      respond(error, request, response)
      return
    }
    let result: unknown
    try {
      result = onDenied(error, request, response, next)
    } catch (thrown) {
      fail(next, thrown)
      return
    }
    if (isThenable(result)) {
      Promise.resolve(result).catch((thrown: unknown) => {
        fail(next, thrown)
      })
    }
  }
}

/** Sends a browser elsewhere with a GET (RFC 9110 §15.4.4). */
export function seeOther(response: ServerResponse, location: string): void {
  if (isGone(response)) return
  response.statusCode = 303
  response.setHeader('Location', location)
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Length', 0)
  response.end()
}
