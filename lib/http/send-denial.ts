import type { IncomingMessage, ServerResponse } from 'node:http'
import { count } from '../resilience/stats.js'
import type { Counters } from '../resilience/stats.js'
import { fail } from './next.js'
import type { SessionNext } from '../options/options.js'
import { isThenable } from '../auth/thenable.js'
import type { OnSessionDenied } from '../options/options.js'
import type { Settings } from '../options/resolve-options.js'
import { countBounce } from './redirect-loop.js'
import type { SessionError } from '../shared/session-error.js'
import { redirectOf } from './login-redirect.js'
import { disownBody, isGone, sendDenial } from './respond.js'

/** Answers a denied request as the instance is set up to. */
export type Deny = (
  error: SessionError,
  isRedirecting: boolean,
  request: IncomingMessage,
  response: ServerResponse,
  next: SessionNext,
) => void

/** Somebody's handler may be `async` all the same. */
type Hook = (...denied: Parameters<OnSessionDenied>) => unknown

export function createDeny(settings: Settings, counters: Counters): Deny {
  const { clock } = settings
  const onDenied: Hook | undefined = settings.onDenied

  /** Where a browser is sent, unless it keeps coming back from there. */
  function locationOf(
    error: SessionError,
    request: IncomingMessage,
    response: ServerResponse,
  ): string | undefined {
    const way = redirectOf(error, request, settings)
    if (way === undefined) return undefined
    return countBounce(request, response, way.returnTo, clock.now()) ? way.location : undefined
  }

  /** Answers, or returns the hook whose that is to do. */
  function answer(
    error: SessionError,
    isRedirecting: boolean,
    request: IncomingMessage,
    response: ServerResponse,
  ): Hook | undefined {
    const location = isRedirecting ? locationOf(error, request, response) : undefined
    if (location !== undefined) seeOther(response, location)
    else if (onDenied === undefined) sendDenial(error, request, response)
    else return onDenied
    return undefined
  }

  return (error, isRedirecting, request, response, next) => {
    count(counters.denials, error.code)
    if (response.headersSent) {
      // Somebody answered meanwhile; the final handler knows what is left to do.
      next(error)
      return
    }
    let hook: Hook | undefined
    try {
      hook = answer(error, isRedirecting, request, response)
    } catch (thrown) {
      giveUp(response, next, thrown)
      return
    }
    let result: unknown
    try {
      result = hook?.(error, request, response, next)
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

/**
 * Hands on what was thrown where an answer of ours was written, as by somebody's hook at its head. Nobody
 * else may catch it: in a later turn no framework does, and it would end the process.
 */
export function giveUp(response: ServerResponse, next: SessionNext, thrown: unknown): void {
  if (!response.headersSent) {
    // It would be in the way of the error handler's answer.
    response.statusCode = 500
    disownBody(response)
  }
  fail(next, thrown)
}

/** Sends a browser elsewhere with a GET (RFC 9110 §15.4.4). */
export function seeOther(response: ServerResponse, location: string): void {
  if (isGone(response)) return
  disownBody(response)
  response.statusCode = 303
  response.setHeader('Location', location)
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Length', 0)
  response.end()
}
