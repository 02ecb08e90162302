import type { Credential } from '../credential/credential.js'
import type { Reply } from './response.js'
import type { LiveSession } from '../session/parse-session.js'
import type { Signal } from '../shared/lean-abort-signal.js'

/** What Ory said of a credential. A fault is no answer: it is thrown. */
export type Answer =
  | {
      readonly kind: 'live'
      readonly live: LiveSession
      /** Ory said the same as the last time, so that `live` is what was known. */
      readonly isUnchanged: boolean
      /**
       * What Ory sent, if the session can be read from it once more; `undefined` if a schema of the
       * application or our clock had a say in it.
       */
      readonly text: string | undefined
      /** `Ory-Session-Cache-For` in milliseconds: the longest that this may be kept. */
      readonly cacheForMs: number
      /**
       * Ory's own time when it answered, in milliseconds since the epoch, where our wall clock is
       * behind that; `-Infinity` where it is not, or where it is not known.
       */
      readonly oryNow: number
      /** `Set-Cookie` lines of the session cookie itself. */
      readonly setCookie: readonly string[]
      /** What Ory sent, so that other processes can read it for themselves. */
      readonly reply?: Reply
      /** It comes from the store of a fleet: Ory said it to another process, or to this one before. */
      readonly isStored?: true
    }
  | {
      readonly kind: 'refused'
      /**
       * For a 401, which Kratos also answers while its database fails: when it came, on the
       * monotonic clock. An explicit refusal has none.
       */
      readonly ambiguousSince: number | undefined
    }
  | {
      readonly kind: 'aal_too_low'
      /** Ory's own `redirect_browser_to`, unchecked. */
      readonly redirectBrowserTo: string | undefined
    }

/** What Ory said of a credential the last time. */
export interface KnownSession extends LiveSession {
  /** Whether it was read from this very text. */
  isReadFrom(text: string): boolean
}

/** One question to whoami. */
export interface Question {
  readonly credential: Credential
  /** Ask past Ory's edge cache too, by `Cache-Control: max-age=0`. */
  readonly isForced: boolean
  /** Aborts when the time for this question is up. */
  readonly signal: Signal
  /** What Ory said of this credential the last time, however long ago, if that is in memory. */
  readonly known: KnownSession | undefined
}
