import type { StoreStats } from '../shared/store-stats.js'
import type { Answer } from '../ory/whoami-answer.js'
import { texts } from '../shared/error-catalog.js'
import type { SessionDenialCode } from '../shared/session-error.js'
import type { SessionFaultReason } from '../shared/fault.js'
import type { CircuitState } from './circuit-breaker.js'

/** How one question to Ory ended. */
export type SessionUpstreamOutcome = Answer['kind'] | SessionFaultReason

/** The state of the circuit breaker: one circuit for known callers, one for the others. */
export interface SessionBreakerState {
  readonly known: CircuitState
  readonly unknown: CircuitState
}

/** What an instance has counted since it was made, and what it holds now. Every key is there from the start. */
export interface OrySessionStats {
  /** Requests answered from the cache, remembered refusals included. */
  readonly hits: number
  /** Requests that waited for Ory, those that joined the question of another included. */
  readonly misses: number
  /** Requests that waited for the question of another request. */
  readonly coalesced: number
  /** Questions asked in the background, ahead of expiry. */
  readonly refreshes: number
  /** Definite refusals by Ory. */
  readonly refusals: number
  /** Requests that were let in by a session past its TTL, in the grace of `staleIfErrorMs`. */
  readonly stale: number
  /** Denials by code, those that were redirected or handed to `onDenied` included. */
  readonly denials: Readonly<Record<SessionDenialCode, number>>
  /**
   * Questions by how they ended, refreshes and those that were not let through included; neither
   * logouts nor readiness.
   */
  readonly upstream: Readonly<Record<SessionUpstreamOutcome, number>>
  /** Sessions in memory now, expired ones included. */
  readonly entries: number
  /** Estimated bytes of the sessions in memory. */
  readonly bytes: number
  /** Questions under way now, neither logouts nor readiness. */
  readonly inFlight: number
  /** `'open'`: Ory is not asked, because it gave no answers. */
  readonly breaker: SessionBreakerState
  /** What became of the store. */
  readonly store: StoreStats
}

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
