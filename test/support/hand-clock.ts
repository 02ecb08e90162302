import type { SessionClock as Clock } from '../../lib/index.js'

/** A clock that moves by hand. */
export interface HandClock extends Clock {
  /** Moves both clocks on. */
  advance(ms: number): void
  /** Moves the wall clock alone, as somebody does who sets it. */
  setWall(byMs: number): void
  /** Moves the monotonic clock alone. */
  advanceMonotonic(ms: number): void
}

export function createHandClock(): HandClock {
  let now = Date.parse('2026-03-01T12:00:00Z')
  let monotonic = 5_000
  return {
    now: () => now,
    monotonic: () => monotonic,
    advance(ms) {
      now += ms
      monotonic += ms
    },
    setWall: (byMs) => void (now += byMs),
    advanceMonotonic: (ms) => void (monotonic += ms),
  }
}
