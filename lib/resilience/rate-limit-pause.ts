import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { Keeper } from './interceptor.js'

/** Bounds of a pause, and how long it is where Ory does not say, in seconds. */
const [shortest, longest, unnamed] = [1, 30, 5]

/** How long after a pause what Ory answers is shared out, in milliseconds. */
const scarceMs = 10_000
/** How many questions of one person pass in a second, until then. */
const sharePerSecond = 5

/**
 * Keeps to Ory's rate limit: after a 429 credentials that were not live moments ago get no answer
 * until it is over, and nothing is refreshed ahead of time. Sessions that were live go on asking;
 * but until a while after that nobody asks more than a few times a second, or one person on a route
 * that asks Ory each time would bring about one 429 after the other, and keep all who sign in waiting.
 * Rejects with `rate_limited`, and the seconds that are left, or `throttled`, past a person's share.
 *
 * @see https://www.ory.com/docs/guides/rate-limits
 */
export interface RateLimit extends Keeper {
  /** Forgets who has asked. */
  close(): void
}

export function createRateLimit(clock: Clock): RateLimit {
  let pausedUntil = -Infinity
  let secondBegan = -Infinity
  /** How often a person has asked in this second. */
  const asked = new Map<string, number>()

  function isMoreThanShare(person: string, now: number): boolean {
    if (now - secondBegan >= 1000) {
      asked.clear()
      secondBegan = now
    }
    const count = (asked.get(person) ?? 0) + 1
    asked.set(person, count)
    return count > sharePerSecond
  }

  return {
    admit({ recentIdentity, isRefresh }) {
      const now = clock.monotonic()
      const leftMs = pausedUntil - now
      if (leftMs > 0 && (recentIdentity === undefined || isRefresh)) {
        return new Fault('rate_limited', '', leftMs / 1000)
      }
      const isShared = now < pausedUntil + scarceMs && recentIdentity !== undefined
      return isShared && isMoreThanShare(recentIdentity, now)
        ? new Fault('throttled', "more than a share of Ory's rate limit", 1)
        : undefined
    },
    noteFault(_ticket, error) {
      if (error instanceof Fault && error.reason === 'rate_limited') {
        const seconds = Math.min(Math.max(error.retryAfter ?? unnamed, shortest), longest)
        pausedUntil = Math.max(pausedUntil, clock.monotonic() + seconds * 1000)
      }
    },
    close() {
      asked.clear()
    },
  }
}
