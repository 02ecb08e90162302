import type { Clock } from '../../../lib/shared/clock.js'

/** A clock that moves when the test says so, each half of it on its own. */
export interface FakeClock extends Clock {
  /** Moves both halves. */
  advance(ms: number): void
  /** Sets the wall clock back or forth; the monotonic one doesn't notice. */
  shiftWall(ms: number): void
  /** Moves the monotonic clock alone. */
  shiftMonotonic(ms: number): void
}

/** Any moment that looks like one of today's; no test asks which. */
export const start = Date.UTC(2026, 0, 2, 3, 4, 5)

export function createFakeClock(now = start, monotonic = 1_000): FakeClock {
  return {
    now: () => now,
    monotonic: () => monotonic,
    advance(ms) {
      now += ms
      monotonic += ms
    },
    shiftWall(ms) {
      now += ms
    },
    shiftMonotonic(ms) {
      monotonic += ms
    },
  }
}
