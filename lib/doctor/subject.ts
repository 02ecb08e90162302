import type { Credential } from '../credential/read-credential.js'
import type { SessionPolicy } from '../auth/policy.js'
import type { SessionDenialCode } from '../shared/session-error.js'
import type { Came, Question } from './ask.js'
import type { StoreProbe } from './store-probe.js'

/** What the checks examine: an Ory, by the options of an application. */
export interface Subject {
  /** Ory, as the application reaches it. */
  readonly url: URL
  /** Ory, as browsers reach it. */
  readonly browserUrl: URL
  /** The application, as browsers see it. */
  readonly appUrl: URL | undefined
  readonly readinessPath: string | false
  readonly cacheTtlMs: number
  readonly timeoutMs: number
  /** Whether the application reads a cookie of this name as a session. */
  readonly isSessionCookie: (name: string) => boolean
  /** A session to try. */
  readonly credential: Credential | undefined
  /** Why the session that was given is none that the application would read. */
  readonly unreadable: string | undefined
  readonly store: StoreProbe | undefined
  /** The code by which a policy would deny the session that Ory sent; `undefined`: it passes. */
  readonly judge: (policy: SessionPolicy, body: string) => SessionDenialCode | undefined
  /** Asks Ory. Never rejects. The same question is asked once, unless it says `isAgain`. */
  readonly ask: (question: Question) => Promise<Came>
}
