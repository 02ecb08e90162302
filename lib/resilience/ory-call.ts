import type { Credential } from '../credential/credential.js'
import type { Key } from '../credential/cache-key.js'
import type { Answer, Question } from '../ory/whoami-answer.js'
import type { Signal } from '../shared/lean-abort-signal.js'
import type { Caller } from './caller.js'

/** One call to Ory on any route, with all that decides whether it may go out, and when. */
export interface OryCall {
  readonly credential: Credential
  /** Stands for the credential wherever two must be compared. */
  readonly key: Key
  readonly caller: Caller
  /** Asked in the background, while the cached session is still good. */
  readonly isRefresh: boolean
  /** Asked about a 401, in what that has left of the time. */
  readonly isSecondLook?: true
  /** Aborts when the time for this call is up. */
  readonly signal: Signal
}

/** One call to whoami. */
export interface WhoamiCall extends OryCall, Question {
  /** Begins the time for this call anew, after what came before it and was not Ory. */
  readonly restart?: () => void
}

/** Asks Ory whose a credential is. Rejects with a `Fault` if there is no answer. */
export type AskWhoami = (call: WhoamiCall) => Promise<Answer>
