import type { IncomingMessage } from 'node:http'
import { SessionError } from '../shared/session-error.js'
import { otherMethods } from '../session/method-bits.js'
import type { MethodBits } from '../session/method-bits.js'
import { isThenable } from './thenable.js'
import type { SessionDenialCode, DenialExtras } from '../shared/session-error.js'
import type { LiveSession } from '../session/parse-session.js'
import type { AuthenticationMethodName, Session } from '../session/session.js'

/** What a route asks of a session. Everything is judged on every request, cached session or not. */
export interface SessionPolicy<S = Session, R = IncomingMessage> {
  /** Minimum authenticator assurance level, compared by rank. Default: any. */
  readonly aal?: 'aal1' | 'aal2' | 'aal3' | undefined
  /** Oldest `authenticated_at` that will do, in milliseconds before now. Default: any. */
  readonly maxAgeMs?: number | undefined
  /** At least one of these was used to authenticate. Default: any. */
  readonly authMethods?: readonly (AuthenticationMethodName | (string & {}))[] | undefined
  /** `true`: at least one verifiable address is verified. Default `false`. */
  readonly verifiedAddress?: boolean | undefined
  /** `true`: ask Ory now, past our cache and Ory's edge cache. Default `false`. */
  readonly fresh?: boolean | undefined
  /**
   * The application's own judgement. Only exactly `true` passes; a promise is a `TypeError`, and
   * what it throws goes to `next`. It is called with the request as the framework has it, so its
   * second parameter may be annotated as Express' `Request`.
   */
  allow?(this: void, session: S, request: R): boolean
  /**
   * `true`: send a browser's navigation to Ory's login instead of a denial; needs the option
   * `appUrl`. Default `false`.
   */
  readonly redirectToLogin?: boolean | undefined
}

/** What `optionalSession` takes besides. */
export interface OptionalSessionPolicy<S = Session, R = IncomingMessage> extends SessionPolicy<
  S,
  R
> {
  /**
   * `'anonymous'`: while Ory gives no answer, go on without a session. Default `'deny'`: 503, since
   * an outage is not "logged out".
   */
  readonly onUnavailable?: 'deny' | 'anonymous' | undefined
}

/** A policy with everything worked out that does not depend on the request. */
export interface ResolvedPolicy {
  /** Whether it asks for more than a live session. */
  readonly isAsking: boolean
  readonly minimumRank: number
  readonly maxAgeMs: number
  /** Methods of which one must have been used; none: any. */
  readonly methods: MethodBits
  /** The same by name. */
  readonly methodNames: ReadonlySet<string>
  readonly isVerifiedRequired: boolean
  readonly isFresh: boolean
  readonly allow: ((session: Session, request: unknown) => boolean) | undefined
  readonly isRedirecting: boolean
  readonly isAnonymousWhenUnavailable: boolean
  readonly aalDenial: DenialExtras
  /** For Ory's own 403, whatever the route asks for. */
  readonly oryAalDenial: DenialExtras
  readonly refreshDenial: DenialExtras
}

/** Whether a session is over by now, whatever Ory said when it was asked. */
export function hasExpired({ expiresAt }: LiveSession, now: number): boolean {
  return now >= expiresAt
}

/** Judges a live session against a policy. Returns why it falls short, or `undefined` to let it pass. */
export function refuse(
  live: LiveSession,
  policy: ResolvedPolicy,
  now: number,
): SessionError | undefined {
  if (live.rank < policy.minimumRank) {
    return new SessionError('session_aal2_required', policy.aalDenial)
  }
  if (now - live.authenticatedAt > policy.maxAgeMs) {
    return new SessionError('session_refresh_required', policy.refreshDenial)
  }
  if (policy.methods !== 0 && !hasMethod(live, policy)) {
    return new SessionError('session_method_required')
  }
  if (policy.isVerifiedRequired && !live.isVerified) {
    return new SessionError('session_unverified')
  }
  return undefined
}

function hasMethod({ methods, session }: LiveSession, policy: ResolvedPolicy): boolean {
  const common = methods & policy.methods
  if (common !== otherMethods) return common !== 0
  return session.authentication_methods.some(({ method }) => policy.methodNames.has(method))
}

/** Whether asking Ory again, past every cache, could turn a denial into a pass. */
export function mayChange(code: SessionDenialCode): boolean {
  return (
    code === 'session_aal2_required' ||
    code === 'session_refresh_required' ||
    code === 'session_method_required' ||
    code === 'session_unverified'
  )
}

/**
 * Asks the application's own predicate.
 *
 * @throws TypeError where it returns a promise, and whatever it throws itself.
 */
export function refuseByPredicate(
  session: Session,
  policy: ResolvedPolicy,
  subject: unknown,
): SessionError | undefined {
  if (policy.allow === undefined) return undefined
  const verdict: unknown = policy.allow(session, subject)
  // `=== true`: anything else that is truthy is a mistake, not a yes.
  if (verdict === true) return undefined
  if (isThenable(verdict)) {
    // Its rejection would be nobody's otherwise.
    Promise.resolve(verdict).catch(() => undefined)
    throw new TypeError('policy.allow returned a promise; it must answer true or false at once')
  }
  return new SessionError('session_forbidden')
}
