import type { Clock } from '../shared/clock.js'

/** Tokens that are used up by calls and come back with time. */
export interface TokenBucket {
  /** Seconds until there is a token; 0 if there is one. */
  waitSeconds(): number
  /** Uses up one token. There may be none: calls under way can put the bucket in debt. */
  take(): void
}

/** `capacity`: tokens at first and at most. The debt is no deeper than that. */
export function createTokenBucket(capacity: number, perSecond: number, clock: Clock): TokenBucket {
  let tokens = capacity
  let filledAt = clock.monotonic()

  return {
    waitSeconds() {
      const now = clock.monotonic()
      tokens = Math.min(tokens + ((now - filledAt) / 1000) * perSecond, capacity)
      filledAt = now
      return tokens < 1 ? (1 - tokens) / perSecond : 0
    },
    take() {
      tokens = Math.max(tokens - 1, -capacity)
    },
  }
}
