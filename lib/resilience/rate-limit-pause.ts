import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { Interceptor } from './interceptor.js'
import { createTokenBucket } from './token-bucket.js'
import type { TokenBucket } from './token-bucket.js'

/** Bounds of a pause, and how long it is if Ory does not say, in seconds. */
const [shortest, longest, unnamed] = [1, 30, 5]

/** How long after a pause Ory's answers stay shared out, in milliseconds. */
const scarceMs = 10_000
/** How many calls of one identity pass in a second, until then. */
const sharePerSecond = 5

/**
 * Keeps to Ory's rate limit on one route. After a 429 unknown callers get no answer until the pause is
 * over, and nothing is refreshed. Known callers go on asking, but each identity only a few times per
 * second. Without that share one identity on a `fresh` route causes one 429 after the other, which keeps
 * every new login waiting.
 * Stops a call with `rate_limited`, and the seconds that are left, or with `throttled` past a share.
 *
 * @see https://www.ory.com/docs/guides/rate-limits
 */
export function createRateLimitPause(clock: Clock): Interceptor {
  let pausedUntil = -Infinity
  /** What each identity may still ask, while answers are scarce. */
  const shares = new Map<string, TokenBucket>()

  function takeShare(identityId: string): boolean {
    let share = shares.get(identityId)
    if (share === undefined) {
      share = createTokenBucket(sharePerSecond, sharePerSecond, clock)
      shares.set(identityId, share)
    }
    const isLeft = share.waitSeconds() === 0
    if (isLeft) share.take()
    return isLeft
  }

  return {
    before({ caller, isRefresh }) {
      const now = clock.monotonic()
      const leftMs = pausedUntil - now
      if (leftMs > 0 && (caller.kind === 'unknown' || isRefresh)) {
        return new Fault('rate_limited', '', leftMs / 1000)
      }
      if (now >= pausedUntil + scarceMs) {
        if (shares.size > 0) shares.clear()
        return undefined
      }
      return caller.kind === 'unknown' || takeShare(caller.identityId)
        ? undefined
        : new Fault('throttled', "more than a share of Ory's rate limit", 1)
    },
    onFault(_call, error) {
      if (error instanceof Fault && error.reason === 'rate_limited') {
        const seconds = Math.min(Math.max(error.retryAfter ?? unnamed, shortest), longest)
        pausedUntil = Math.max(pausedUntil, clock.monotonic() + seconds * 1000)
      }
    },
  }
}
