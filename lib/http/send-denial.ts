import type { IncomingMessage, ServerResponse } from 'node:http'
import { count } from '../resilience/stats.js'
import type { Counters } from '../resilience/stats.js'
import { fail } from './next.js'
import type { SessionNext } from '../options/options.js'
import { isThenable } from '../auth/thenable.js'
import type { OnSessionDenied } from '../options/options.js'
import type { Settings } from '../options/resolve-options.js'
import { createLoopDenial } from './cookie-missing.js'
import { countBounce } from './redirect-loop.js'
import type { Denials } from '../auth/create-errors.js'
import { Fault } from '../shared/fault.js'
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

export function createDeny(
  settings: Settings,
  counters: Counters,
  denials: Denials,
  isAway: () => boolean,
): Deny {
  const { clock, appUrl } = settings
  const loopDenial = createLoopDenial(settings)
  const onDenied: Hook | undefined = settings.onDenied

  /** Where a browser is sent, or the denial for one that is sent nowhere. */
  function redirectOrDenial(
    error: SessionError,
    request: IncomingMessage,
    response: ServerResponse,
  ): string | SessionError {
    const way = redirectOf(error, request, appUrl)
    if (way === undefined) return error
    if (isAway()) return denials.unavailable(new Fault('circuit_open'))
    const { isSent, setCookie } = countBounce(request, way.returnTo, clock.now())
    response.appendHeader('Set-Cookie', setCookie)
    return isSent ? way.location : loopDenial(error)
  }

  /** Answers, or returns the hook that is to do so. */
  function answer(
    outcome: string | SessionError,
    request: IncomingMessage,
    response: ServerResponse,
  ): Hook | undefined {
    if (typeof outcome === 'string') seeOther(response, outcome)
    else if (onDenied === undefined) sendDenial(outcome, request, response)
    else return onDenied
    return undefined
  }

  return (error, isRedirecting, request, response, next) => {
    if (response.headersSent) {
      count(counters.denials, error.code)
      // Somebody answered meanwhile; the final handler knows what is left to do.
      next(error)
      return
    }
    let denial = error
    let hook: Hook | undefined
    try {
      const outcome = isRedirecting ? redirectOrDenial(error, request, response) : error
      if (typeof outcome !== 'string') denial = outcome
      count(counters.denials, denial.code)
      hook = answer(outcome, request, response)
    } catch (thrown) {
      giveUp(response, next, thrown)
      return
    }
    let result: unknown
    try {
      result = hook?.(denial, request, response, next)
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
