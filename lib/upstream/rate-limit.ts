import type { Clock } from '../clock.js'
import { Fault } from './fault.js'
import type { Gate } from './gate.js'

/** Bounds of a pause, and how long it is where Ory does not say, in seconds. */
const [shortest, longest, unnamed] = [1, 30, 5]

/**
 * Keeps to Ory's rate limit: after a 429 credentials that were not live moments ago get no answer
 * until it is over, and nothing is refreshed ahead of time. Sessions that were live go on asking.
 *
 * @see https://www.ory.com/docs/guides/rate-limits
 * @throws Fault `rate_limited`, with the seconds that are left
 */
export function createRateLimit(clock: Clock): Gate {
  let pausedUntil = -Infinity

  function noteFault(error: unknown): never {
    if (error instanceof Fault && error.reason === 'rate_limited') {
      const seconds = Math.min(Math.max(error.retryAfter ?? unnamed, shortest), longest)
      pausedUntil = Math.max(pausedUntil, clock.monotonic() + seconds * 1000)
    }
    throw error
  }

  return (ask) => (question) => {
    const leftMs = pausedUntil - clock.monotonic()
    if (leftMs > 0 && (question.recentIdentity === undefined || question.isRefresh)) {
      return Promise.reject(new Fault('rate_limited', '', leftMs / 1000))
    }
    return ask(question).catch(noteFault)
  }
}
