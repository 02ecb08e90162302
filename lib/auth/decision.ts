import type { CredentialSource } from '../credential/credential.js'
import type { Session } from '../session/session.js'
import type { SessionError } from '../shared/session-error.js'

/** A session that may pass. Every member is its own, so that a polluted Object.prototype adds none. */
export interface Grant {
  readonly session: Session
  /** Where the credential stood. */
  readonly source: CredentialSource
  /** `'stale'`: from memory past its TTL, in the grace of an outage. */
  readonly servedFrom: 'cache' | 'upstream' | 'stale'
  /** `Set-Cookie` lines for the response to this request. */
  readonly setCookie: readonly string[]
  readonly error: undefined
}

/** A request that may not pass. */
export interface Denial {
  readonly session: undefined
  readonly source: undefined
  readonly servedFrom: undefined
  /** A renewed cookie goes to the caller all the same. Kept out of the error, which gets logged. */
  readonly setCookie: readonly string[]
  readonly error: SessionError
}

export type Decision = Grant | Denial

export const noCookies: readonly string[] = Object.freeze([])

export function deny(error: SessionError, setCookie = noCookies): Denial {
  return { session: undefined, source: undefined, servedFrom: undefined, setCookie, error }
}

/** A promise of a decision is no object with these members, whichever library it is of. */
export function isDecided(decision: Decision | PromiseLike<Decision>): decision is Decision {
  return Object.hasOwn(decision, 'setCookie')
}
