/** Why there is no answer. */
export type FaultReason =
  | 'timeout'
  | 'network'
  | 'status'
  | 'rate_limited'
  | 'garbage'
  | 'oversized'
  | 'identity_mismatch'
  | 'not_ready'
  | 'overload'
  | 'invalidated'
  | 'closed'

/**
 * No answer from Ory. It becomes a 503, never a 401. It holds a reason, a status and an error code
 * of the system's or undici's, and nothing of what was sent or received.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly reason: FaultReason
  /** Seconds after which asking again makes sense, where Ory said so. */
  readonly retryAfter: number | undefined

  constructor(reason: FaultReason, detail = '', retryAfter?: number) {
    super(detail === '' ? reason : `${reason}: ${detail}`)
    this.reason = reason
    this.retryAfter = retryAfter
  }
}
