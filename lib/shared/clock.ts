import { setupError } from './error-codes.js'

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

/**
 * A clock of the application's own that throws rather than tell a time that is none: `NaN` is not
 * older than anything, so that an old login would pass for a recent one.
 *
 * @throws TypeError from either of its functions
 */
export function finiteClock(clock: Clock): Clock {
  const read = (name: keyof Clock): number => {
    const time: unknown = clock[name]()
    if (Number.isFinite(time)) return time as number
    const message = `The option clock is out of order: ${name}() returned no finite number`
    throw setupError('ERR_ORY_INVALID_TIME', message)
  }
  return { now: () => read('now'), monotonic: () => read('monotonic') }
}

/** A moment on both clocks. */
export interface Moment {
  readonly now: number
  readonly monotonic: number
}

export function readClock(clock: Clock): Moment {
  return { now: clock.now(), monotonic: clock.monotonic() }
}

/**
 * Milliseconds since a moment: the larger of both clocks' opinions, so that neither a suspend nor a clock
 * set back makes anything younger.
 */
export function ageOf(moment: Moment, clock: Clock): number {
  return ageAt(moment, clock.now(), clock.monotonic())
}

/** The same for clocks that have been read already. */
export function ageAt(moment: Moment, now: number, monotonic: number): number {
  return Math.max(now - moment.now, monotonic - moment.monotonic)
}
