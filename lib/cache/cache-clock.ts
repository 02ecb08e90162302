import { ageAt, readClock } from '../shared/clock.js'
import type { Clock, Moment } from '../shared/clock.js'

/**
 * Time as the cache keeps it: whole milliseconds since the cache was made. V8 keeps a small whole number
 * (of 24 days) in the object itself. Any other is an object of its own, so each hit would miss one more
 * line of the processor's cache.
 */
export interface CacheClock {
  /** The moment of now, rounded down, because nothing may look younger than it is. */
  read(): Moment
  /** Milliseconds since a moment, by the clock that says more. */
  ageOf(moment: Moment): number
  /** The same for readings of the application's clock. */
  ageAt(moment: Moment, now: number, monotonic: number): number
  /** A moment on the application's wall clock, in milliseconds since the epoch. */
  wallTimeOf(moment: Moment): number
}

export function createCacheClock(clock: Clock): CacheClock {
  const start = readClock(clock)

  function ageOfReadings(moment: Moment, now: number, monotonic: number): number {
    return ageAt(moment, now - start.now, monotonic - start.monotonic)
  }

  return {
    read: () => ({
      now: Math.floor(clock.now() - start.now),
      monotonic: Math.floor(clock.monotonic() - start.monotonic),
    }),
    ageOf: (moment) => ageOfReadings(moment, clock.now(), clock.monotonic()),
    ageAt: ageOfReadings,
    wallTimeOf: (moment) => start.now + moment.now,
  }
}
