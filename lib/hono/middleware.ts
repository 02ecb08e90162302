import type { Context, MiddlewareHandler } from 'hono'
import type { OptionalSessionPolicy, SessionPolicy } from '../auth/policy.js'
import type { OrySession } from '../ory-session.js'
import { guardOf } from '../http/framework-guard.js'
import type { FrameworkResponse } from '../http/framework-guard.js'
import type { RegisteredProperty, RegisteredTraits } from '../shared/register.js'
import type { Session } from '../session/session.js'
import type { SessionError } from '../shared/session-error.js'

/** The variables of a context behind the middleware: `c.var.session`, or the registered property. */
export interface HonoSessionVariables<S> {
  Variables: Record<RegisteredProperty, S>
}

/**
 * Middleware that puts a live session that satisfies the policy on `c.var.session`. A denial is thrown:
 * Hono answers with its `getResponse()`, or `app.onError` does as it likes.
 *
 * @example
 * app.get('/me', requireSession(ory), (c) => c.json(c.var.session.identity.traits))
 *
 * @throws TypeError for an `ory` that `createOrySession` did not make, or a policy that is not as documented
 * @see https://hono.dev/docs/api/exception
 */
export function requireSession<Traits = RegisteredTraits>(
  ory: OrySession<Traits>,
  policy?: SessionPolicy<Session<Traits>, Context>,
): MiddlewareHandler<HonoSessionVariables<Session<Traits>>> {
  return middleware(ory, policy, false)
}

/**
 * Middleware that puts the session on `c.var.session` if there is one, or `undefined`. No answer from Ory is
 * a 503 unless `onUnavailable` is `'anonymous'`.
 *
 * @throws TypeError for an `ory` that `createOrySession` did not make, or a policy that is not as documented
 */
export function optionalSession<Traits = RegisteredTraits>(
  ory: OrySession<Traits>,
  policy?: OptionalSessionPolicy<Session<Traits>, Context>,
): MiddlewareHandler<HonoSessionVariables<Session<Traits> | undefined>> {
  return middleware(ory, policy, true)
}

function middleware(
  ory: object,
  policy: OptionalSessionPolicy<never, never> | undefined,
  isOptional: boolean,
): MiddlewareHandler {
  const guard = guardOf(ory)
  const check = guard.check(policy, isOptional)
  return async (c, next) => {
    const checked = await check({ request: c.req, subject: c, chain: c.req })
    const { error, session } = checked
    if (error !== undefined) {
      putDenial(error, c)
      guard.putHeaders(checked, headersOf(c))
      throw error
    }
    c.set(guard.property, session)
    await next()
    // Only now the headers are known that the handler has set. Those of a 101 can't be changed.
    if (c.res.status !== 101) guard.putHeaders(checked, headersOf(c))
  }
}

/** Puts the headers of a denial where any answer of an own `app.onError` keeps them. */
function putDenial(error: SessionError, c: Context): void {
  const { 'Content-Type': _ofTheBody, ...headers } = error.headers
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
}

/** The headers of Hono's response by the names of Node's methods. */
function headersOf(c: Context): FrameworkResponse {
  return {
    getHeader(name) {
      const { headers } = c.res
      if (name.toLowerCase() !== 'set-cookie') return headers.get(name) ?? undefined
      const lines = headers.getSetCookie()
      return lines.length > 0 ? lines : undefined
    },
    setHeader(name, value) {
      c.header(name)
      for (const line of [value].flat()) c.header(name, line, { append: true })
    },
    getHeaderNames: () => [...c.res.headers.keys()],
    removeHeader: (name) => c.header(name),
  }
}
