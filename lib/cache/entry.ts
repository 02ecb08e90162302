import { hash } from 'node:crypto'
import type { Moment } from '../shared/clock.js'
import type { KnownSession } from '../ory/whoami-answer.js'
import type { MethodBits } from '../session/method-bits.js'
import type { LiveSession } from '../session/parse-session.js'
import { rereadSession } from '../session/reread-session.js'
import type { Session } from '../session/session.js'
import type { Note } from './recently-live.js'

/** How long an answer may be believed. */
export interface Validity {
  /** Milliseconds from when Ory was asked. */
  readonly ttlMs: number
  /**
   * By how much our wall clock was behind Ory's then, at most, in milliseconds. The age of the entry is
   * added to both, so that a clock that is set back later changes nothing.
   */
  readonly behindMs: number
}

/**
 * A session that Ory called live, and the moment when the call to Ory began. It is one flat object that
 * begins with what each hit reads, because each other object costs a miss of the processor's cache.
 */
export class Entry implements Moment, Validity, KnownSession {
  now: number
  monotonic: number
  ttlMs: number
  /** It is old enough to be asked about in the background. */
  isRefreshDue = false
  #session: Session | undefined
  behindMs: number
  readonly rank: number
  readonly methods: MethodBits
  readonly isVerified: boolean
  readonly authenticatedAt: number
  readonly expiresAt: number
  readonly bytes: number
  /** Whose it is. */
  readonly note: Note
  /**
   * What Ory sent, until a hit reads the session from it; then its digest. A session is some fifty
   * objects: most are never asked for again, and those that are do not need the text.
   */
  #source: string | undefined
  /** A refresh in the background has been tried; the next question waits for the TTL. */
  isRefreshTried = false

  /** `text`: what the session can be read from; `undefined` if it has to be kept as it is. */
  constructor(
    live: LiveSession,
    text: string | undefined,
    note: Note,
    asked: Moment,
    { ttlMs, behindMs }: Validity,
  ) {
    this.now = asked.now
    this.monotonic = asked.monotonic
    this.ttlMs = ttlMs
    this.#session = text === undefined ? live.session : undefined
    this.behindMs = behindMs
    this.rank = live.rank
    this.methods = live.methods
    this.isVerified = live.isVerified
    this.authenticatedAt = live.authenticatedAt
    this.expiresAt = live.expiresAt
    this.bytes = live.bytes
    this.note = note
    this.#source = text
  }

  /** The session. The first hit reads it from the text, which takes some microseconds. */
  get session(): Session {
    return this.#session ?? this.#read()
  }

  /** Begins anew with an answer of Ory's that says the same. */
  renew(asked: Moment, { ttlMs, behindMs }: Validity): void {
    this.now = asked.now
    this.monotonic = asked.monotonic
    this.ttlMs = ttlMs
    this.behindMs = behindMs
    this.isRefreshDue = false
    this.isRefreshTried = false
  }

  isReadFrom(text: string): boolean {
    if (this.#source === undefined) return false
    return this.#source === (this.#session === undefined ? text : digestOf(text))
  }

  #read(): Session {
    // TypeScript cannot see that an entry without a session has a text.
    const text = String(this.#source)
    this.#session = rereadSession(text, this.note)
    this.#source = digestOf(text)
    return this.#session
  }
}

function digestOf(text: string): string {
  return hash('sha256', text, 'binary')
}
