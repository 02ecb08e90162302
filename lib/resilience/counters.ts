import { texts } from '../shared/error-catalog.js'
import type { SessionDenialCode } from '../shared/session-error.js'
import type { SessionUpstreamOutcome } from './stats.js'

/** The counting half of `OrySessionStats`. */
export interface Counters {
  hits: number
  misses: number
  coalesced: number
  refreshes: number
  refusals: number
  stale: number
  readonly denials: Record<SessionDenialCode, number>
  readonly upstream: Record<SessionUpstreamOutcome, number>
}

const noDenials = Object.fromEntries(Object.keys(texts).map((code) => [code, 0])) as Record<
  SessionDenialCode,
  number
>

const noOutcomes: Readonly<Record<SessionUpstreamOutcome, number>> = {
  live: 0,
  refused: 0,
  aal_too_low: 0,
  timeout: 0,
  network: 0,
  misconfigured: 0,
  server_error: 0,
  not_ready: 0,
  ambiguous_401: 0,
  status: 0,
  rate_limited: 0,
  invalid_response: 0,
  oversized: 0,
  identity_mismatch: 0,
  traits: 0,
  overload: 0,
  throttled: 0,
  circuit_open: 0,
  invalidated: 0,
  closed: 0,
}

export function createCounters(): Counters {
  return {
    hits: 0,
    misses: 0,
    coalesced: 0,
    refreshes: 0,
    refusals: 0,
    stale: 0,
    denials: { ...noDenials },
    upstream: { ...noOutcomes },
  }
}

/** Adds one under a name. */
export function count<Name extends string>(counts: Record<Name, number>, name: Name): void {
  counts[name] += 1
}
