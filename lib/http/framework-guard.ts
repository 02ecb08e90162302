import type { ServerResponse } from 'node:http'
import { isAnonymous } from '../auth/anonymous.js'
import { isDecided } from '../auth/decision.js'
import type { Decide } from '../auth/decide.js'
import type { Decision } from '../auth/decision.js'
import type { OptionalSessionPolicy } from '../auth/policy.js'
import { resolvePolicy } from '../auth/resolve-policy.js'
import { readFacts } from '../credential/request-headers.js'
import type { SessionRequest } from '../credential/request-headers.js'
import type { Settings } from '../options/resolve-options.js'
import { count } from '../resilience/counters.js'
import type { Counters } from '../resilience/counters.js'
import type { Session } from '../session/session.js'
import { setupError } from '../shared/error-codes.js'
import { invalidOption } from '../shared/invalid-option.js'
import type { SessionError } from '../shared/session-error.js'
import type { PutHeaders } from './decision-headers.js'
import { propertyTaken } from './middleware.js'
import { attachSession, isPropertyTaken } from './request-session.js'

/** The response of a framework, by the methods of Node's that a decision needs. */
export interface FrameworkResponse {
  getHeader(name: string): unknown
  setHeader(name: string, value: string | readonly string[]): unknown
  getHeaderNames?(): string[]
  removeHeader?(name: string): void
}

/** A request of a framework. */
export interface FrameworkRequest {
  readonly request: SessionRequest
  /** What the predicate of a policy gets. */
  readonly subject: unknown
  /** The request whose guards share an answer of Ory. Not that of a socket, which lives long. */
  readonly chain?: object | undefined
}

/** What a check found: a session, none where that will do, or a denial to answer. */
export type Checked = { readonly decision: Decision } & (
  | { readonly session: Session | undefined; readonly error: undefined }
  | { readonly error: SessionError; readonly session: undefined }
)

/** `requireSession` and `optionalSession` for frameworks that are not Express. They send nothing. */
export interface FrameworkGuard {
  readonly property: string
  /** @throws TypeError for a policy that is not as documented */
  check(
    policy: OptionalSessionPolicy<never, never> | undefined,
    isOptional: boolean,
  ): (given: FrameworkRequest) => Promise<Checked>
  /** `head`: Node's own response, if `response` only collects headers for it. */
  putHeaders(checked: Checked, response: FrameworkResponse, head?: ServerResponse): void
  /** Puts a session on a request. Throws where another package has taken the property. */
  attach(request: object, session: Session | undefined): void
}

// By the registry: the subpath of one module format takes an instance of the other.
const guard = Symbol.for('express-ory-session.guard')

/** Notes the guard on its instance, not enumerably. */
export function noteGuard<T extends object>(instance: T, value: FrameworkGuard): T {
  return Object.defineProperty(instance, guard, { value })
}

/**
 * The guard of an instance.
 *
 * @throws TypeError for an object that `createOrySession` did not make
 */
export function guardOf(instance: object): FrameworkGuard {
  const value = Reflect.get(Object(instance) as object, guard) as FrameworkGuard | undefined
  if (value === undefined) throw invalidOption('ory', 'what createOrySession returned', instance)
  return value
}

export function createFrameworkGuard(
  settings: Settings,
  decide: Decide,
  counters: Counters,
  putHeaders: PutHeaders,
): FrameworkGuard {
  const { property } = settings
  return {
    property,
    check(policy, isOptional) {
      const resolved = resolvePolicy(policy, settings, isOptional)
      // Without this, the key would be taken and no browser redirected.
      if (resolved.isRedirecting) throw redirectIsExpress()
      return async ({ request, subject, chain }) => {
        const decision = await decide(readFacts(request), resolved, subject, chain)
        // Without this, a value that is no decision has no error either, and would let anybody in.
        if (!isDecided(decision)) throw new TypeError('No decision was made')
        const { error, session } = decision
        if (error === undefined) return { decision, session, error }
        if (isOptional && isAnonymous(error, resolved))
          return { decision, session: undefined, error: undefined }
        count(counters.denials, error.code)
        return { decision, session: undefined, error }
      }
    },
    putHeaders({ decision }, response, head) {
      putHeaders(decision, response as unknown as ServerResponse, head)
    },
    attach(request, session) {
      if (isPropertyTaken(request, property)) throw propertyTaken(property)
      attachSession(request, property, session)
    },
  }
}

function redirectIsExpress(): TypeError {
  return setupError(
    'ERR_ORY_OPTION_CONFLICT',
    'policy.redirectToLogin works in requireSession() for Express, Connect and node:http alone; in other frameworks answer the denial with a redirect to ory.loginUrl()',
  )
}
