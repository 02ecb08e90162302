import type { Moment } from '../shared/clock.js'
import type { MethodBits } from '../session/method-bits.js'
import type { LiveSession } from '../session/parse-session.js'
import { rereadSession } from '../session/reread-session.js'
import type { Session } from '../session/session.js'

/** What an entry has besides the session. */
export interface EntryFacts {
  readonly ttlMs: number
  readonly behindMs: number
  readonly isComposite: boolean
  readonly forcedAt: number
}

/**
 * A session as Ory told of it, and the moment when the call began that brought it. One flat object,
 * with what each hit reads at its head, since what lies elsewhere in memory costs a cache miss. The
 * moment is in whole milliseconds.
 */
export class Entry implements Moment, LiveSession {
  readonly now: number
  readonly monotonic: number
  /** How long it may be believed, in milliseconds from then. */
  readonly ttlMs: number
  /** It is old enough to be asked about in the background. */
  isRefreshDue = false
  // Two, so that a hit need not look at another member to tell that it was asked for.
  /** The session, from when somebody has asked for it here. */
  #session: Session | undefined
  /** The same until then, unless it is folded before. */
  #unasked: Session | undefined
  /**
   * By how much our wall clock was behind Ory's then, at most, in milliseconds. Both are counted on
   * from there by the age of the entry, so that no clock that is set back later changes anything.
   */
  readonly behindMs: number
  readonly rank: number
  readonly methods: MethodBits
  readonly isVerified: boolean
  readonly authenticatedAt: number
  readonly expiresAt: number
  readonly text: string | undefined
  readonly bytes: number
  readonly sessionId: string
  readonly identityId: string
  /** A refresh in the background has been tried; the next question waits for the TTL. */
  isRefreshTried = false
  /** The credential was several cookies. */
  readonly isComposite: boolean
  /** When Ory was last asked past every cache, on the monotonic clock. */
  forcedAt: number

  constructor(live: LiveSession, asked: Moment, facts: EntryFacts) {
    const { session } = live
    this.now = Math.floor(asked.now)
    this.monotonic = Math.floor(asked.monotonic)
    this.ttlMs = facts.ttlMs
    // Where Ory says the same as of an entry before this one somebody has come back; and without a text
    // it could not be read again.
    const isToStay = live instanceof Entry || live.text === undefined
    this.#session = isToStay ? session : undefined
    this.#unasked = isToStay ? undefined : session
    this.behindMs = facts.behindMs
    this.rank = live.rank
    this.methods = live.methods
    this.isVerified = live.isVerified
    this.authenticatedAt = live.authenticatedAt
    this.expiresAt = live.expiresAt
    this.text = live.text
    this.bytes = live.bytes
    this.sessionId = session.id
    this.identityId = session.identity.id
    this.isComposite = facts.isComposite
    this.forcedAt = facts.forcedAt
  }

  /** The session, read anew (some microseconds) where it was folded. It stays from then on. */
  get session(): Session {
    return this.#session ?? this.#claim()
  }

  #claim(): Session {
    // What was folded has a text; the types do not know.
    this.#session = this.#unasked ?? rereadSession(String(this.text))
    return this.#session
  }

  /** Keeps no more of the session than its text, unless somebody has asked for it. */
  fold(): void {
    this.#unasked = undefined
  }
}
