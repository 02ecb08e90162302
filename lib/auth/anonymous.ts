import type { SessionError } from '../shared/session-error.js'
import type { ResolvedPolicy } from './policy.js'

/** Whether a denial means that nobody is logged in, as far as an optional session goes. */
export function isAnonymous({ code }: SessionError, policy: ResolvedPolicy): boolean {
  return (
    code === 'session_missing' ||
    code === 'session_invalid' ||
    // Ory's own 403: a login that stopped before the second factor, which is no session yet.
    (code === 'session_aal2_required' && policy.minimumRank < 0) ||
    (code === 'authentication_unavailable' && policy.isAnonymousWhenUnavailable)
  )
}
