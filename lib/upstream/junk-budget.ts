import type { Clock } from '../clock.js'
import { isComposite } from '../credential/credential.js'
import { Fault } from './fault.js'
import type { Gate } from './gate.js'

/** Refusals that may come in a burst, and that may follow each second, for each connection. */
const [burstPerConnection, perSecondPerConnection] = [4, 1]

/**
 * Lets junk use up its own budget alone: each 401 for a credential that was not live moments ago
 * draws one from it, and so does what else a client can bring about. While it is empty such credentials get no answer, so that a flood of made-up
 * ones can't turn Ory's rate limit against everybody.
 *
 * @throws Fault `overload`, with the seconds until the next may ask
 */
export function createJunkBudget(connections: number, clock: Clock): Gate {
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

  function noteFault(error: unknown): never {
    if (!(error instanceof Fault) || isOfTheClient(error)) draw()
    throw error
  }

  return (ask) => (question) => {
    if (question.recentIdentity !== undefined) return ask(question)
    fill()
    if (left < 1) {
      return Promise.reject(new Fault('overload', 'too much junk', (1 - left) / perSecond))
    }
    return ask(question).then((answer) => {
      // The good cookie with a made-up one beside it is another credential each time.
      if (answer.kind === 'refused' || isComposite(question.credential)) draw()
      return answer
    }, noteFault)
  }
}

/** Whether it is of a call that was made, and says nothing bad of Ory: a proxy's 400, or a huge session. */
function isOfTheClient({ reason, isOutage }: Fault): boolean {
  return (
    !isOutage && reason !== 'overload' && reason !== 'circuit_open' && reason !== 'rate_limited'
  )
}
