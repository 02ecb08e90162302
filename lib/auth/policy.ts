import type { IncomingMessage } from 'node:http'
import { otherMethods } from '../session/method-bits.js'
import type { MethodBits } from '../session/method-bits.js'
import { ignoreRejection, isThenable } from '../shared/thenable.js'
import { setupError } from '../shared/error-codes.js'
import type { DenialExtras } from '../shared/session-error.js'
import type { LiveSession } from '../session/parse-session.js'
import { hasRecentLevel } from '../session/method-level.js'
import type { AuthenticationMethodName, Session } from '../session/session.js'

/** What a route asks of a session. Everything is judged on every request, cached session or not. */
export interface SessionPolicy<S = Session, R = IncomingMessage> {
  /**
   * Minimum authenticator assurance level, compared by rank. Default: any.
   *
   * @see https://www.ory.com/docs/kratos/mfa/overview
   */
  readonly aal?: 'aal1' | 'aal2' | 'aal3' | undefined
  /**
   * The greatest age of the login (`authenticated_at`), in milliseconds. Together with `aal`, the newest
   * authentication method that gives that level may be no older either. Default: any.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9470#section-4
   */
  readonly maxAgeMs?: number | undefined
  /** At least one of these was used to authenticate; an HTTP verb is a `TypeError`. Default: any. */
  readonly authMethods?: readonly (AuthenticationMethodName | (string & {}))[] | undefined
  /** `true`: at least one verifiable address is verified. Default `false`. */
  readonly verifiedAddress?: boolean | undefined
  /** `true`: ask Ory now, past our cache and Ory's edge cache. Default `false`. */
  readonly fresh?: boolean | undefined
  /**
   * The application's own judgement, on each request. Only exactly `true` passes. A promise is a
   * `TypeError`, for an `async` function already at construction. What it throws goes to `next`. It gets
   * the request as the framework has it, so its second parameter may be annotated as Express' `Request`.
   * Default: none.
   */
  allow?(this: void, session: S, request: R): boolean
  /**
   * `true`: send a browser's navigation to Ory's login instead of a denial; needs the option
   * `appUrl`. Default `false`.
   */
  readonly redirectToLogin?: boolean | undefined
  /** A request is no policy: with this, TypeScript refuses `requireSession` where `requireSession()` is meant. */
  readonly headers?: never
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
  /** What the denials of its refusals carry. */
  readonly extras: () => Readonly<Partial<Record<Refusal, DenialExtras>>>
  /** For Ory's own 403, whatever the route asks for. */
  readonly oryAalDenial: () => DenialExtras
}

/** Whether a session is over by now, whatever Ory said when it was asked. */
export function hasExpired({ expiresAt }: LiveSession, now: number): boolean {
  return now >= expiresAt
}

/** Why a live session falls short of a policy. The error is made when the request is answered. */
export type Refusal =
  | 'session_aal2_required'
  | 'session_refresh_required'
  | 'session_method_required'
  | 'session_unverified'
  | 'session_forbidden'

/** Judges a live session against a policy. Returns why it falls short, or `undefined` to let it pass. */
export function refuse(
  live: LiveSession,
  policy: ResolvedPolicy,
  now: number,
): Refusal | undefined {
  if (live.rank < policy.minimumRank) return 'session_aal2_required'
  if (policy.maxAgeMs !== Infinity && isTooOld(live, policy, now)) return 'session_refresh_required'
  if (policy.methods !== 0 && !hasMethod(live, policy)) return 'session_method_required'
  if (policy.isVerifiedRequired && !live.isVerified) return 'session_unverified'
  return undefined
}

function isTooOld(live: LiveSession, policy: ResolvedPolicy, now: number): boolean {
  if (now - live.authenticatedAt > policy.maxAgeMs) return true
  // Ory moves `authenticated_at` with any factor, so a password shown again would pass for the second.
  if (policy.minimumRank < 2) return false
  return !hasRecentLevel(live.session, policy.minimumRank, now - policy.maxAgeMs)
}

function hasMethod({ methods, session }: LiveSession, policy: ResolvedPolicy): boolean {
  const common = methods & policy.methods
  if (common !== otherMethods) return common !== 0
  return session.authentication_methods.some(({ method }) => policy.methodNames.has(method))
}

/** Whether asking Ory again, past every cache, could turn a refusal into a pass. */
export function mayChange(refusal: Refusal): boolean {
  return refusal !== 'session_forbidden'
}

/**
 * Asks the application's own predicate.
 *
 * @throws TypeError if it returns a promise, and whatever it throws itself.
 */
export function refuseByPredicate(
  session: Session,
  policy: ResolvedPolicy,
  subject: unknown,
): Refusal | undefined {
  if (policy.allow === undefined) return undefined
  const verdict: unknown = policy.allow(session, subject)
  // `=== true`: anything else that is truthy is a mistake, not a yes.
  if (verdict === true) return undefined
  if (!isThenable(verdict)) return 'session_forbidden'
  // Without this, its rejection would be unhandled.
  ignoreRejection(verdict)
  throw setupError(
    'ERR_ORY_ASYNC_ALLOW',
    'policy.allow returned a promise; it must answer true or false at once. Load what it needs in a middleware before',
  )
}
