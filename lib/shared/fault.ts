import type { SetupCause } from './setup-cause.js'

/** Why there is no answer. */
export type SessionFaultReason =
  /** Not in time. */
  | 'timeout'
  /** No connection, or one that broke. */
  | 'network'
  /** A mistake of set-up is in the way, such as a certificate that Node does not trust. */
  | 'misconfigured'
  /** A 5xx. */
  | 'server_error'
  /** A 401 from an Ory whose database fails. */
  | 'not_ready'
  /** A 401 that may be a refusal or the sign of an outage: which one is not known, or not in time. */
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
  /** The application's schema refuses the traits, or takes too long. */
  | 'traits'
  /** A known caller got no permit in time to be one of the calls that Ory is asked at once. */
  | 'overload'
  /** The same for an unknown caller, or for what one identity asks beyond its share. */
  | 'throttled'
  /** Not asked, because Ory gave others no answer. */
  | 'circuit_open'
  /** Overtaken by one `invalidate` after another. */
  | 'invalidated'
  /** After `close()`. */
  | 'closed'

const outages: ReadonlySet<SessionFaultReason> = new Set([
  'timeout',
  'network',
  'server_error',
  'not_ready',
  'circuit_open',
])

/**
 * No answer from Ory. It becomes a 503, never a 401. It holds a reason, a status and an error code
 * of the system's or undici's, and nothing of what was sent or received.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly reason: SessionFaultReason
  /** A status, or an error code of the system's or undici's. */
  readonly detail: string
  /** Seconds after which asking again makes sense, if that is known. */
  readonly retryAfter: number | undefined
  /** Of `misconfigured`: which mistake it is. */
  readonly setupCause: SetupCause | undefined

  constructor(
    reason: SessionFaultReason,
    detail = '',
    retryAfter?: number,
    setupCause?: SetupCause,
  ) {
    super(detail === '' ? reason : `${reason}: ${detail}`)
    this.reason = reason
    this.detail = detail
    this.retryAfter = retryAfter
    this.setupCause = setupCause
  }

  /**
   * Whether Ory is away: it gives no answer, its database fails, or it was not asked for that reason. False
   * for every failure that one client can cause, and for `misconfigured`, which waiting does not mend.
   */
  get isOutage(): boolean {
    return outages.has(this.reason)
  }
  /** Whether a call got no permit in time, which shows nothing of Ory. */
  get isForWantOfPermit(): boolean {
    return this.reason === 'overload' || this.reason === 'throttled'
  }
}
