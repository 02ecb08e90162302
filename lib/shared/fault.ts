/** Why there is no answer. */
export type SessionFaultReason =
  /** Not in time. */
  | 'timeout'
  /** No connection, or one that broke. */
  | 'network'
  /** A 5xx. */
  | 'server_error'
  /** A 401 from an Ory whose database is down. */
  | 'not_ready'
  /** A 401 that may be a refusal, and may be an outage's: nobody could tell, or not in time. */
  | 'ambiguous_401'
  /** Another status that whoami does not have. */
  | 'status'
  /** A 429. */
  | 'rate_limited'
  /** No session and no error of Ory's. */
  | 'invalid_response'
  /** A longer body than is read, or a session with more in it. */
  | 'oversized'
  /** One identity in the header and another in the body. */
  | 'identity_mismatch'
  /** The application's schema refuses the traits. */
  | 'traits'
  /** No place in time among those that Ory is asked at once, for people who were live moments ago. */
  | 'overload'
  /** The same for strangers, who may be junk, or for what one person asks beyond a share. */
  | 'throttled'
  /** Not asked, since Ory gave others no answer. */
  | 'circuit_open'
  /** Overtaken by one `invalidate` after another. */
  | 'invalidated'
  /** After `close()`. */
  | 'closed'

/**
 * No answer from Ory. It becomes a 503, never a 401. It holds a reason, a status and an error code
 * of the system's or undici's, and nothing of what was sent or received.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly reason: SessionFaultReason
  /** Seconds after which asking again makes sense, where that is known. */
  readonly retryAfter: number | undefined

  constructor(reason: SessionFaultReason, detail = '', retryAfter?: number) {
    super(detail === '' ? reason : `${reason}: ${detail}`)
    this.reason = reason
    this.retryAfter = retryAfter
  }

  /** Whether Ory is away, as far as this tells. What a client can bring about does not say so. */
  get isOutage(): boolean {
    return this.reason === 'timeout' || this.reason === 'network' || this.reason === 'server_error'
  }
  /** Whether there was no place for a question in time: it says nothing of Ory. */
  get isForWantOfPlace(): boolean {
    return this.reason === 'overload' || this.reason === 'throttled'
  }
}
