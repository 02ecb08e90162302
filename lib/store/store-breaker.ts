import type { Clock } from '../shared/clock.js'

/**
 * The circuit breaker of the store. Its pause ends for one trial, whose outcome decides. The breaker of
 * `resilience/` counts callers that met an outage; here no caller matters, because nobody is denied.
 */
export interface StoreBreaker {
  /** Whether requests leave the store alone now. */
  isOpen(): boolean
  /** A read begins. After a pause it is the trial. */
  enter(): void
  onAnswer(): void
  onFailure(): void
}

/** So many failures in a row open it. */
const mostFailures = 3
/** How long it stays open at first, and at most, in milliseconds. Each failed trial doubles it. */
const [firstOpenMs, longestOpenMs] = [1_000, 8_000]

export function createStoreBreaker(clock: Clock): StoreBreaker {
  let failures = 0
  let openMs = 0
  let openUntil = -Infinity
  let isTrying = false

  return {
    isOpen: () => failures >= mostFailures && (isTrying || clock.monotonic() < openUntil),
    enter() {
      if (failures >= mostFailures) isTrying = true
    },
    onAnswer() {
      isTrying = false
      failures = 0
      openMs = 0
    },
    onFailure() {
      isTrying = false
      failures += 1
      // Those that were asked at the same time fail at the same time: that is one failure more, not many.
      if (failures < mostFailures || clock.monotonic() < openUntil) return
      openMs = Math.min(Math.max(openMs * 2, firstOpenMs), longestOpenMs)
      openUntil = clock.monotonic() + openMs
    },
  }
}
