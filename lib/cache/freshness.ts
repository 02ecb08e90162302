import type { Answer } from '../ory/whoami-answer.js'

/** What an answer must be like to serve a guard. */
export type Freshness =
  /** Any, also one of a call that is under way. */
  | 'any'
  /** Past every cache, also one of a call that is under way: the second look before a denial. */
  | 'revalidate'
  /** Past every cache, of a call that began after the guard was called. */
  | 'fresh'

/** What a guard that waited for Ory gets. */
export interface FlightAnswer {
  readonly answer: Answer
  /** This guard caused the call. */
  readonly isOwn: boolean
  /** It serves a guard of the same request that wants `'fresh'`. */
  readonly isFresh: boolean
}

/**
 * Returns whether no cache had a part in an answer: neither that of another process, nor Ory's edge, which
 * says by a header how long it may keep what it answers.
 */
export function isPastCaches(answer: Answer, isForced: boolean): boolean {
  if (isForced || answer.kind !== 'live') return true
  return answer.cacheForMs === Infinity && answer.isStored !== true
}
