import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Deny } from './send-denial.js'
import type { Decide } from '../auth/decide.js'
import type { Decision } from '../auth/decision.js'
import type { SessionError } from '../shared/session-error.js'
import { fail } from './next.js'
import type { SessionNext } from '../options/options.js'
import type { Settings } from '../options/resolve-options.js'
import type { ResolvedPolicy } from '../auth/policy.js'
import { attachSession, isPropertyTaken } from './request-session.js'
import { isGone } from './respond.js'
import type { Vary } from './vary.js'

/** SessionMiddleware of Connect's form, which Express 4 and 5 and bare `node:http` take too. */
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
  vary: Vary,
): (policy: ResolvedPolicy, isOptional: boolean) => SessionMiddleware {
  const { property, cacheControl } = settings
  const taken = `req.${property} is taken by somebody else, such as express-session; give this \
package another name: createOrySession({ property: 'ory' }), and register it for the types`

  /** Puts on request and response what was decided. Returns the error of a request to deny. */
  function carryOut(
    decision: Decision,
    policy: ResolvedPolicy,
    isOptional: boolean,
    request: IncomingMessage,
    response: ServerResponse,
  ): SessionError | undefined {
    const isOpen = !response.headersSent
    if (isOpen) {
      vary(response)
      for (const line of decision.setCookie) response.appendHeader('Set-Cookie', line)
    }
    const { error } = decision
    if (error !== undefined) {
      const isLetIn = isOptional && isAnonymous(error, policy)
      // What an earlier route has attached is no session any more: no error handler is to find it.
      if (isLetIn || error.code === 'session_invalid') attachSession(request, property, undefined)
      return isLetIn ? undefined : error
    }
    attachSession(request, property, decision.session)
    if (cacheControl !== false && isOpen && response.getHeader('cache-control') === undefined) {
      response.setHeader('cache-control', cacheControl)
    }
    return undefined
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
      if (isGone(response)) return
      let error: SessionError | undefined
      try {
        error = carryOut(decision, policy, isOptional, request, response)
      } catch (thrown) {
        fail(next, thrown)
        return
      }
      if (error === undefined) next()
      else deny(error, isRedirecting, request, response, next)
    }

    return (request, response, next) => {
      if (isPropertyTaken(request, property)) {
        next(new TypeError(taken))
        return
      }
      let decision: Decision | Promise<Decision>
      try {
        decision = decide(request, policy, request)
      } catch (thrown) {
        fail(next, thrown)
        return
      }
      if (!(decision instanceof Promise)) {
        finish(decision, request, response, next)
        return
      }
      decision.then(
        (decided) => {
          if (!hasLeft(request)) finish(decided, request, response, next)
        },
        (thrown: unknown) => {
          if (!hasLeft(request) && !isGone(response)) fail(next, thrown)
        },
      )
    }
  }
}

/** Whether the client has. The request tells: a pipelined one's response has no socket before its turn. */
function hasLeft(request: IncomingMessage): boolean {
  const { socket } = request as { socket?: { destroyed: boolean } }
  return socket?.destroyed === true
}

function isAnonymous({ code }: SessionError, policy: ResolvedPolicy): boolean {
  return (
    code === 'session_missing' ||
    code === 'session_invalid' ||
    (code === 'authentication_unavailable' && policy.isAnonymousWhenUnavailable)
  )
}
