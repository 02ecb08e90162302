import type { IncomingMessage, ServerResponse } from 'node:http'
import { count } from '../resilience/counters.js'
import type { Counters } from '../resilience/counters.js'
import { fail } from './next.js'
import type { OnSessionDenied, SessionNext } from '../options/options.js'
import { isThenable, onRejection } from '../shared/thenable.js'
import type { Settings } from '../options/resolve-options.js'
import { createLoopDenial } from './loop-denial.js'
import { countBounce, hasBounced } from './redirect-loop.js'
import type { DenialErrors } from '../auth/denial-errors.js'
import type { Upstream } from '../resilience/upstream.js'
import { Fault } from '../shared/fault.js'
import type { SessionError } from '../shared/session-error.js'
import { redirectOf } from './login-redirect.js'
import { addCookies } from './renewed-cookie.js'
import { disownBody, isGone, seeOther, sendDenial } from './respond.js'

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

export function createDeny(
  settings: Settings & { readonly instance: number },
  counters: Counters,
  errors: DenialErrors,
  { isAway, findAway }: Pick<Upstream, 'isAway' | 'findAway'>,
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
    if (isAway()) return errors.unavailable(new Fault('circuit_open'))
    const { isSent, setCookies } = countBounce(request, way.returnTo, clock.now())
    addCookies(response, setCookies)
    return isSent ? way.location : loopDenial(error)
  }

  /**
   * Whether the browser was sent to Ory within the last seconds and is here again. Without this, a user
   * who reloads the page because no Ory is there ends in the denial of a redirect loop.
   */
  function isBack(error: SessionError, request: IncomingMessage): boolean {
    return hasBounced(request) && redirectOf(error, request, appUrl) !== undefined
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

  const settle: Deny = (error, isRedirecting, request, response, next) => {
    let hook: Hook | undefined
    let denial = error
    try {
      if (isGone(response)) return
      if (response.headersSent) {
        // Another handler answered meanwhile; the final handler knows what is left to do.
        hook = (_error, _request, _response, goOn) => {
          goOn(error)
        }
      } else {
        const outcome = isRedirecting ? redirectOrDenial(error, request, response) : error
        if (typeof outcome !== 'string') denial = outcome
        hook = answer(outcome, request, response)
      }
      count(counters.denials, denial.code)
    } catch (thrown) {
      giveUp(response, next, thrown)
      return
    }
    if (hook !== undefined) runHook(hook, denial, request, response, next)
  }

  return (error, isRedirecting, request, response, next) => {
    let isToFindOut: boolean
    try {
      isToFindOut = isRedirecting && !isAway() && isBack(error, request)
    } catch (thrown) {
      giveUp(response, next, thrown)
      return
    }
    if (!isToFindOut) {
      settle(error, isRedirecting, request, response, next)
      return
    }
    findAway().then(
      () => {
        settle(error, true, request, response, next)
      },
      (thrown: unknown) => {
        fail(next, thrown)
      },
    )
  }
}

function runHook(
  hook: Hook,
  error: SessionError,
  request: IncomingMessage,
  response: ServerResponse,
  next: SessionNext,
): void {
  const state = { hasGoneOn: false }
  const goOn: SessionNext = (given) => {
    state.hasGoneOn = true
    next(given)
  }
  // A hook that went on and then throws has handed the request over already.
  const take = (thrown: unknown): void => {
    if (!state.hasGoneOn) fail(next, thrown)
  }
  let result: unknown
  try {
    result = hook(error, request, response, goOn)
  } catch (thrown) {
    if (state.hasGoneOn) throw thrown
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
    // What cannot be taken back stays; the error handler gets the first failure.
  }
  fail(next, thrown)
}
