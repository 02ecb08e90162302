import type { Moment } from '../clock.js'
import type { LiveSession } from '../session/parse-session.js'

/**
 * A session as Ory told of it, and the moment when the call began that brought it. One flat object,
 * with what each hit reads at its head: what lies elsewhere in memory costs a cache miss.
 */
export interface Entry extends Moment, LiveSession {
  /** How long it may be believed, in milliseconds from then. */
  readonly ttlMs: number
  /**
   * By how much our wall clock was behind Ory's then, at most, in milliseconds. Both are counted on
   * from there by the age of the entry, so that no clock that is set back later changes anything.
   */
  readonly behindMs: number
  /** It is old enough to be asked about in the background. */
  isRefreshDue: boolean
  /** That has been tried; the next question waits for the TTL. */
  isRefreshTried: boolean
  /** The credential was several cookies. */
  readonly isComposite: boolean
  /** When Ory was last asked past every cache, on the monotonic clock. */
  forcedAt: number
}

/** What an entry has besides the session. */
export type EntryFacts = Pick<Entry, 'ttlMs' | 'behindMs' | 'isComposite' | 'forcedAt'>

/** Makes an entry, whose times that each hit reads are in whole milliseconds. */
export function createEntry(live: LiveSession, asked: Moment, facts: EntryFacts): Entry {
  // Written out, since of an object made by spreading another most would lie in a second one.
  return {
    now: Math.floor(asked.now),
    monotonic: Math.floor(asked.monotonic),
    ttlMs: facts.ttlMs,
    behindMs: facts.behindMs,
    isRefreshDue: false,
    session: live.session,
    rank: live.rank,
    methods: live.methods,
    isVerified: live.isVerified,
    authenticatedAt: live.authenticatedAt,
    expiresAt: live.expiresAt,
    bytes: live.bytes,
    isRefreshTried: false,
    isComposite: facts.isComposite,
    forcedAt: facts.forcedAt,
  }
}
