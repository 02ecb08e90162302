import type { IncomingMessage, ServerResponse } from 'node:http'
import { isAnonymous } from '../auth/anonymous.js'
import type { Deny } from './deny.js'
import { isDecided } from '../auth/decision.js'
import type { Decide } from '../auth/decide.js'
import type { Decision } from '../auth/decision.js'
import type { SessionError } from '../shared/session-error.js'
import { setupError } from '../shared/error-codes.js'
import { peek } from '../shared/peek.js'
import { fail } from './next.js'
import type { SessionNext } from '../options/options.js'
import type { Settings } from '../options/resolve-options.js'
import type { ResolvedPolicy } from '../auth/policy.js'
import { noRequest } from './no-request.js'
import { outliveReset } from './outlive-reset.js'
import { attachSession, isPropertyTaken } from './request-session.js'
import { isGone } from './respond.js'
import type { PutHeaders } from './decision-headers.js'

/** Middleware of Connect's form, which Express 4 and 5 and bare `node:http` take too. */
export type SessionMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: SessionNext,
) => void

/** Makes the makers of middleware of one instance. */
export function createMiddleware(
  settings: Settings,
  decide: Decide,
  deny: Deny,
  putHeaders: PutHeaders,
): (policy: ResolvedPolicy, isOptional: boolean) => SessionMiddleware {
  const { property } = settings

  /** Puts on request and response what was decided. Returns the error of a request to deny. */
  function carryOut(
    decision: Decision,
    policy: ResolvedPolicy,
    isOptional: boolean,
    request: IncomingMessage,
    response: ServerResponse,
    isOpen: boolean,
  ): SessionError | undefined {
    const { error, session } = decision
    if (isOpen) putHeaders(decision, response)
    if (error === undefined) {
      attachSession(request, property, session)
      return undefined
    }
    const isLetIn = isOptional && isAnonymous(error, policy)
    // What an earlier route has attached is no session any more: no error handler is to find it.
    if (isLetIn || error.code === 'session_invalid') attachSession(request, property, undefined)
    return isLetIn ? undefined : error
  }

  return (policy, isOptional) => {
    const isRedirecting = policy.isRedirecting

    // `next` is called outside of each `try`: what a later handler throws is not ours to catch.
    function finish(
      decision: Decision,
      request: IncomingMessage,
      response: ServerResponse,
      next: SessionNext,
    ): void {
      let error: SessionError | undefined
      try {
        // Without this, a value that is no decision has no error either, and would let anybody in.
        if (!isDecided(decision)) throw new TypeError('No decision was made')
        const isBegun = peek(response, 'headersSent')
        if (isGone(response, isBegun)) return
        error = carryOut(decision, policy, isOptional, request, response, !isBegun)
      } catch (thrown) {
        fail(next, thrown)
        return
      }
      if (error === undefined) next()
      else deny(error, isRedirecting, request, response, next)
    }

    return (request, response, next) => {
      let decision: Decision | PromiseLike<Decision>
      try {
        if ((peek(request, 'headers') as unknown) === undefined) throw noRequest(request)
        if (isPropertyTaken(request, property)) throw propertyTaken(property)
        decision = decide(request, policy, request, request)
      } catch (thrown) {
        fail(next, thrown)
        return
      }
      // Not by `instanceof`: an application may have put another Promise on `globalThis`.
      if (isDecided(decision)) {
        finish(decision, request, response, next)
        return
      }
      outliveReset(request)
      decision.then(
        (decided) => {
          if (!hasLeft(request)) finish(decided, request, response, next)
        },
        (thrown: unknown) => {
          if (!hasLeft(request)) handOn(thrown, response, next)
        },
      )
    }
  }
}

/** The error for a property of the request that another package has taken. */
export function propertyTaken(property: string): TypeError {
  return setupError(
    'ERR_ORY_PROPERTY_TAKEN',
    `req.${property} is taken by another package, such as express-session; give this \
package another name: createOrySession({ property: 'ory' }), and register it for the types`,
  )
}

/** Hands on what was thrown while a request waited, unless its client has left. */
export function handOn(thrown: unknown, response: ServerResponse, next: SessionNext): void {
  try {
    if (isGone(response)) return
  } catch {
    // A response that cannot tell is taken for one that waits.
  }
  fail(next, thrown)
}

/** Whether the client has. The request tells: a pipelined one's response has no socket before its turn. */
function hasLeft(request: IncomingMessage): boolean {
  const { socket } = request as { socket?: { destroyed: boolean } | null }
  return socket?.destroyed === true
}
