import type { StoreStats } from '../shared/store-stats.js'
import type { Answer } from '../ory/whoami-answer.js'
import type { SessionDenialCode } from '../shared/session-error.js'
import type { SessionFaultReason } from '../shared/fault.js'

/** How one question to Ory ended. */
export type SessionUpstreamOutcome = Answer['kind'] | SessionFaultReason

/** What an instance has counted since it was made, and what it holds now. */
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
  /** Denials by code, those that were redirected or handed to `onDenied` included. */
  readonly denials: Readonly<Partial<Record<SessionDenialCode, number>>>
  /**
   * Questions by how they ended, refreshes and those that were not let through included; neither
   * log-outs nor readiness.
   */
  readonly upstream: Readonly<Partial<Record<SessionUpstreamOutcome, number>>>
  /** Sessions in memory now, expired ones included. */
  readonly entries: number
  /** Bytes they are reckoned at. */
  readonly bytes: number
  /** Questions under way now, neither log-outs nor readiness. */
  readonly inFlight: number
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
  readonly denials: Partial<Record<SessionDenialCode, number>>
  readonly upstream: Partial<Record<SessionUpstreamOutcome, number>>
}

export function createCounters(): Counters {
  return { hits: 0, misses: 0, coalesced: 0, refreshes: 0, refusals: 0, denials: {}, upstream: {} }
}

/** Adds one under a name. */
export function count<Name extends string>(
  counts: Partial<Record<Name, number>>,
  name: Name,
): void {
  counts[name] = (counts[name] ?? 0) + 1
}
