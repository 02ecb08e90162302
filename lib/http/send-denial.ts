import type { IncomingMessage, ServerResponse } from 'node:http'
import { count } from '../resilience/stats.js'
import type { Counters } from '../resilience/stats.js'
import { fail } from './next.js'
import type { OnSessionDenied, SessionNext } from '../options/options.js'
import { isThenable, onRejection } from '../shared/thenable.js'
import type { Settings } from '../options/resolve-options.js'
import { countBounce } from './redirect-loop.js'
import type { SessionError } from '../shared/session-error.js'
import { redirectOf } from './login-redirect.js'
import { disownBody, seeOther, sendDenial } from './respond.js'

/** Answers a denied request as the instance is set up to. */
export type Deny = (
  error: SessionError,
  isRedirecting: boolean,
  request: IncomingMessage,
  response: ServerResponse,
  next: SessionNext,
) => void

/** An application's handler may be `async` all the same. */
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

  /** Answers, or returns the hook that is to do so. */
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
    let hook: Hook | undefined
    try {
      hook = response.headersSent
        ? // Another handler answered meanwhile; the final handler knows what is left to do.
          (_error, _request, _response, goOn) => {
            goOn(error)
          }
        : answer(error, isRedirecting, request, response)
    } catch (thrown) {
      giveUp(response, next, thrown)
      return
    }
    if (hook !== undefined) runHook(hook, error, request, response, next)
  }
}

function runHook(
  hook: Hook,
  error: SessionError,
  request: IncomingMessage,
  response: ServerResponse,
  next: SessionNext,
): void {
  let hasGoneOn = false
  const goOn: SessionNext = (given) => {
    hasGoneOn = true
    next(given)
  }
  // A hook that went on and then throws has handed the request over already.
  const take = (thrown: unknown): void => {
    if (!hasGoneOn) fail(next, thrown)
  }
  let result: unknown
  try {
    result = hook(error, request, response, goOn)
  } catch (thrown) {
    if (hasGoneOn) throw thrown
    take(thrown)
    return
  }
  if (isThenable(result)) onRejection(result, take)
}

/**
 * Hands on what was thrown while an answer of ours was written, such as by a hook at its head. In a
 * later turn no framework catches it, and it would end the process.
 */
export function giveUp(response: ServerResponse, next: SessionNext, thrown: unknown): void {
  try {
    if (!response.headersSent) {
      // It would be in the way of the error handler's answer.
      response.statusCode = 500
      disownBody(response)
    }
  } catch {
    // What cannot be taken back stays; the error handler is told of the first failure.
  }
  fail(next, thrown)
}
