import { count } from '../resilience/counters.js'
import type { Counters } from '../resilience/counters.js'
import type { CredentialSource } from '../credential/credential.js'
import type { Decide } from './decide.js'
import type { SessionError } from '../shared/session-error.js'
import type { ResolvedPolicy } from './policy.js'
import { readFacts } from '../credential/request-headers.js'
import type { SessionRequest } from '../credential/request-headers.js'
import type { Session } from '../session/session.js'

/** What `authenticate` resolves to: a session, or the error that says why there is none. */
export type SessionAuthentication<S = Session> =
  | {
      readonly session: S
      /** Where the credential stood. */
      readonly source: CredentialSource
      /** `'stale'`: from memory past its TTL, in the grace of an outage. */
      readonly servedFrom: 'cache' | 'upstream' | 'stale'
      /** `Set-Cookie` lines for the response to this request. */
      readonly setCookie: readonly string[]
      readonly error?: undefined
    }
  | {
      readonly error: SessionError
      readonly setCookie: readonly string[]
      readonly session?: undefined
      readonly source?: undefined
      readonly servedFrom?: undefined
    }

/** Decides without a response. Rejects for what a hook throws alone, never for a denial. */
export async function authenticateWith<S>(
  decide: Decide,
  request: SessionRequest,
  policy: ResolvedPolicy,
  counters: Counters,
): Promise<SessionAuthentication<S>> {
  const decision = await decide(readFacts(request), policy, request)
  if (decision.error !== undefined) count(counters.denials, decision.error.code)
  return decision as SessionAuthentication<S>
}
