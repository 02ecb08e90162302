import type { CredentialSource } from '../credential/read-credential.js'
import type { SessionError } from '../shared/session-error.js'
import type { Session } from '../session/session.js'

/** A session that may pass. */
export interface Grant {
  readonly session: Session
  /** Where the credential stood. */
  readonly source: CredentialSource
  /** `'stale'`: from memory past its TTL, in the grace of an outage. */
  readonly servedFrom: 'cache' | 'upstream' | 'stale'
  /** `Set-Cookie` lines for the response to this request. */
  readonly setCookie: readonly string[]
  readonly error?: undefined
}

/** A request that may not pass. */
export interface Denial {
  readonly error: SessionError
  /** A renewed cookie goes to the caller all the same. Kept out of the error, which gets logged. */
  readonly setCookie: readonly string[]
}

export type Decision = Grant | Denial
