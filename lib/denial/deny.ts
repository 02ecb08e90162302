import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OnDenied } from '../options/options.js'
import type { Settings } from '../options/settings.js'
import { mayBounce } from './bounce.js'
import type { SessionError } from './errors.js'
import { redirectOf } from './redirect.js'
import { isGone, respond } from './respond.js'

/** Answers a denied request as the instance is set up to. */
export type Deny = (
  error: SessionError,
  isRedirecting: boolean,
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

export function createDeny(settings: Settings): Deny {
  const { clock } = settings
  // Somebody's handler may be `async` all the same.
  const onDenied: ((...denied: Parameters<OnDenied>) => unknown) | undefined = settings.onDenied

  function redirect(
    error: SessionError,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean {
    const way = redirectOf(error, request, settings)
    if (way === undefined || !mayBounce(request, response, way.returnTo, clock.now())) return false
    seeOther(response, way.location)
    return true
  }

  return (error, isRedirecting, request, response, next) => {
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
      next(thrown)
      return
    }
    if (result instanceof Promise) result.catch(next)
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
