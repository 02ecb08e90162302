import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Deny } from './denial/deny.js'
import type { Decide, Decision } from './decide.js'
import type { SessionError } from './denial/errors.js'
import type { Settings } from './options/settings.js'
import type { ResolvedPolicy } from './policy.js'
import { attachSession, isPropertyTaken } from './request.js'
import { isGone } from './denial/respond.js'
import { createVary } from './vary.js'

/** Goes on to the next handler, or with an error to the application's error handler. */
export type Next = (error?: unknown) => void

/** Middleware of Connect's form, which Express 4 and 5 and bare `node:http` take too. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void

/** Makes the makers of middleware of one instance. */
export function createMiddleware(
  settings: Settings,
  decide: Decide,
  deny: Deny,
): (policy: ResolvedPolicy, isOptional: boolean) => Middleware {
  const { property, cacheControl } = settings
  const vary = createVary(settings.sources)
  const taken = `req.${property} is taken by somebody else, such as express-session; give this \
package another name: createOrySession({ property: 'ory' }), and register it for the types`

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
    } else {
      deny(error, policy.isRedirecting, request, response, next)
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

function isAnonymous({ code }: SessionError, policy: ResolvedPolicy): boolean {
  return (
    code === 'session_missing' ||
    code === 'session_invalid' ||
    (code === 'authentication_unavailable' && policy.isAnonymousWhenUnavailable)
  )
}
