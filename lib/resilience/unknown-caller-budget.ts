import type { Clock } from '../shared/clock.js'
import { isComposite } from '../credential/read-credential.js'
import { Fault } from '../shared/fault.js'
import type { Keeper } from './interceptor.js'

/** Refusals that may come in a burst, and that may follow each second, for each connection. */
const [burstPerConnection, perSecondPerConnection] = [4, 1]

/**
 * Lets junk use up its own budget alone. Each answer that lets nobody in, to a credential that was not
 * live moments ago, draws one from it, and so does each fault that a client can bring about. While it is
 * empty such credentials get no answer, so that a flood of made-up ones can't turn Ory's rate limit
 * against everybody.
 * Rejects with `throttled`, and the seconds until the next may ask.
 */
export function createJunkBudget(connections: number, clock: Clock): Keeper {
  const burst = connections * burstPerConnection
  const perSecond = connections * perSecondPerConnection
  let left = burst
  let filledAt = clock.monotonic()

  function fill(): void {
    const now = clock.monotonic()
    left = Math.min(left + ((now - filledAt) / 1000) * perSecond, burst)
    filledAt = now
  }

  function draw(): void {
    // What was under way with it may put it in debt, but not for longer than a burst takes.
    left = Math.max(left - 1, -burst)
  }

  return {
    admit({ recentIdentity }) {
      if (recentIdentity !== undefined) return undefined
      fill()
      return left < 1 ? new Fault('throttled', 'too much junk', (1 - left) / perSecond) : undefined
    },
    noteAnswer({ recentIdentity, credential }, kind) {
      // The good cookie with a made-up one beside it is another credential each time.
      if (recentIdentity === undefined && (isUseless(kind) || isComposite(credential))) draw()
    },
    noteFault({ recentIdentity }, error) {
      const mayBeOfTheClient = !(error instanceof Fault) || isOfTheClient(error)
      if (recentIdentity === undefined && mayBeOfTheClient) draw()
    },
  }
}

/** Whether it lets nobody in, and says the same however often it is asked for. */
function isUseless(kind: string): boolean {
  return kind === 'refused' || kind === 'aal_too_low'
}

/** Whether it may be the client's doing, as a proxy's 400 is: no outage, no want of a place, no 429. */
function isOfTheClient({ reason, isOutage, isForWantOfPlace }: Fault): boolean {
  return !isOutage && !isForWantOfPlace && reason !== 'rate_limited'
}
