/** Where times come from. */
export interface Clock {
  /** Milliseconds since the epoch, as `Date.now()`. It can be set back and forth. */
  now(): number
  /** Milliseconds since some moment, as `performance.now()`. It stands still in a suspend. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

/** A moment on both clocks. */
export interface Moment {
  readonly now: number
  readonly monotonic: number
}

export function readClock(clock: Clock): Moment {
  return { now: clock.now(), monotonic: clock.monotonic() }
}

/** The same clock, with both of its times counted from a moment. */
export function countFrom(start: Moment, clock: Clock): Clock {
  return {
    now: () => clock.now() - start.now,
    monotonic: () => clock.monotonic() - start.monotonic,
  }
}

/** Milliseconds since a moment: the larger of both clocks' opinions, so that neither a suspend nor
 * a clock set back makes anything younger. */
export function ageOf(moment: Moment, clock: Clock, now = clock.now()): number {
  return Math.max(now - moment.now, clock.monotonic() - moment.monotonic)
}
