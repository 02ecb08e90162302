import type { StoreStats } from '../shared/store-stats.js'
import type { Answer } from '../ory/whoami-answer.js'
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
