import type { IncomingMessage, ServerResponse } from 'node:http'
import { mayBounce } from './denial/bounce.js'
import type { Decide, Decision } from './decide.js'
import type { SessionError } from './denial/errors.js'
import type { Settings } from './options/settings.js'
import type { ResolvedPolicy } from './policy.js'
import { redirectOf } from './denial/redirect.js'
import { attachSession, isPropertyTaken } from './request.js'
import { isGone, respond } from './denial/respond.js'
import { createVary } from './vary.js'

/** Goes on to the next handler, or with an error to the application's error handler. */
export type Next = (error?: unknown) => void

/** Middleware of Connect's form, which Express 4 and 5 and bare `node:http` take too. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void

/** Makes the makers of middleware of one instance. */
export function createMiddleware(
  settings: Settings,
  decide: Decide,
): (policy: ResolvedPolicy, isOptional: boolean) => Middleware {
  const { property, cacheControl, clock } = settings
  const vary = createVary(settings.sources)
  const taken = `req.${property} is taken by somebody else, such as express-session; give this \
package another name: createOrySession({ property: 'ory' }), and register it for the types`

  function answer(error: SessionError, policy: ResolvedPolicy, exchange: Exchange): void {
    const { request, response, next } = exchange
    if (policy.isRedirecting) {
      const redirect = redirectOf(error, request, settings)
      if (redirect && mayBounce(request, response, redirect.returnTo, clock.now())) {
        response.statusCode = 303
        response.setHeader('Location', redirect.location)
        response.setHeader('Cache-Control', 'no-store')
        response.setHeader('Content-Length', 0)
        response.end()
        return
      }
    }
    if (settings.onDenied === undefined) {
      respond(error, request, response)
      return
    }
    let result: unknown
    try {
      result = settings.onDenied(error, request, response, next)
    } catch (thrown) {
      next(thrown)
      return
    }
    // A handler that was made `async` all the same.
    if (result instanceof Promise) result.catch(next)
  }

  function carryOut(
    decision: Decision,
    policy: ResolvedPolicy,
    isOptional: boolean,
    request: IncomingMessage,
    response: ServerResponse,
    next: Next,
  ): void {
    if (!response.headersSent) {
      vary(response)
      for (const line of decision.setCookie) response.appendHeader('Set-Cookie', line)
    }
    const { error } = decision
    if (error === undefined) {
      attachSession(request, property, decision.session)
      if (cacheControl !== false && !response.headersSent && !response.hasHeader('Cache-Control')) {
        response.setHeader('Cache-Control', cacheControl)
      }
      next()
    } else if (isOptional && isAnonymous(error, policy)) {
      attachSession(request, property, undefined)
      next()
    } else if (response.headersSent) {
      // Somebody answered meanwhile; the final handler knows what is left to do.
      next(error)
    } else {
      answer(error, policy, { request, response, next })
    }
  }

  return (policy, isOptional) => (request, response, next) => {
    if (isPropertyTaken(request, property)) {
      next(new TypeError(taken))
      return
    }
    let decision: Decision | Promise<Decision>
    try {
      decision = decide(request, policy, request)
    } catch (error) {
      next(error)
      return
    }
    if (!(decision instanceof Promise)) {
      carryOut(decision, policy, isOptional, request, response, next)
      return
    }
    decision.then(
      (decided) => {
        if (!isGone(response)) carryOut(decided, policy, isOptional, request, response, next)
      },
      (error: unknown) => {
        if (!isGone(response)) next(error)
      },
    )
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly next: Next
}

function isAnonymous({ code }: SessionError, policy: ResolvedPolicy): boolean {
  return (
    code === 'session_missing' ||
    code === 'session_invalid' ||
    (code === 'authentication_unavailable' && policy.isAnonymousWhenUnavailable)
  )
}
