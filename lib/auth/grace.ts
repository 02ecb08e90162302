import type { Entry } from '../cache/entry.js'
import type { SessionCache } from '../cache/session-cache.js'
import type { Clock } from '../shared/clock.js'
import type { Fault, SessionFaultReason } from '../shared/fault.js'
import { refuse } from './policy.js'
import type { ResolvedPolicy } from './policy.js'
import type { Asking } from './verdict.js'

/** Faults that one client can cause alone, such as by its traits: they open no grace period. */
const personal: ReadonlySet<SessionFaultReason> = new Set([
  // An account with many sessions can hold all permits for a while.
  'overload',
  'throttled',
  'ambiguous_401',
  'traits',
  'oversized',
  'identity_mismatch',
])

/** Finds the session past its TTL that satisfies the policy after a fault, if the fault opens the grace. */
export function findInGrace(
  cache: SessionCache,
  clock: Clock,
  { reason }: Fault,
  { key, policy, freshness }: Asking,
): Entry | undefined {
  if (freshness !== 'any' || !mayBeStale(policy) || personal.has(reason)) return undefined
  const stale = cache.findStale(key)
  if (stale === undefined || refuse(stale, policy, clock.now()) !== undefined) return undefined
  return stale
}

/**
 * A route with `aal` or `maxAgeMs` gets no stale answer. `authMethods` and `verifiedAddress` are judged
 * by what was known.
 */
function mayBeStale(policy: ResolvedPolicy): boolean {
  return policy.minimumRank < 0 && policy.maxAgeMs === Infinity
}
