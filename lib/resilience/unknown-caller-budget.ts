import type { Clock } from '../shared/clock.js'
import { isComposite } from '../credential/credential.js'
import { Fault } from '../shared/fault.js'
import type { Interceptor } from './interceptor.js'
import type { OryCall } from './ory-call.js'
import { createTokenBucket } from './token-bucket.js'

/** Calls that may come in a burst, and that may follow each second, for each connection. */
const [burstPerConnection, perSecondPerConnection] = [4, 1]

/** One budget for all unknown callers, whichever route they ask for. */
export interface UnknownCallerBudget {
  /** Each answer that lets nobody in uses up one token, and so does each fault that a client can cause. */
  readonly whoami: Interceptor
  /** Each call uses up one token, however it ends. */
  readonly logout: Interceptor
}

/**
 * Bounds what unknown callers can cost. Without it a flood of made-up credentials turns Ory's rate limit
 * against everybody.
 * Stops a call with `throttled`, and the seconds until the next token.
 */
export function createUnknownCallerBudget(connections: number, clock: Clock): UnknownCallerBudget {
  const capacity = connections * burstPerConnection
  const bucket = createTokenBucket(capacity, connections * perSecondPerConnection, clock)

  function before({ caller }: OryCall): Fault | undefined {
    if (caller.kind === 'known') return undefined
    const seconds = bucket.waitSeconds()
    return seconds > 0
      ? new Fault('throttled', 'budget of unknown callers used up', seconds)
      : undefined
  }

  return {
    whoami: {
      before,
      onAnswer({ caller, credential }, kind) {
        // A good cookie with a made-up one beside it is another credential each time.
        if (caller.kind === 'unknown' && (kind !== 'live' || isComposite(credential))) bucket.take()
      },
      onFault({ caller }, error) {
        const mayBeOfTheClient = !(error instanceof Fault) || isOfTheClient(error)
        if (caller.kind === 'unknown' && mayBeOfTheClient) bucket.take()
      },
    },
    logout: {
      before(call) {
        const fault = before(call)
        if (fault === undefined && call.caller.kind === 'unknown') bucket.take()
        return fault
      },
    },
  }
}

/** Whether a client may have caused it, as with a proxy's 400: no outage, no missing permit, no 429. */
function isOfTheClient({ reason, isOutage, isForWantOfPermit }: Fault): boolean {
  return !isOutage && !isForWantOfPermit && reason !== 'rate_limited'
}
