import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { Signal } from '../shared/lean-abort-signal.js'

/** Who must meet an outage, with no answer between, before a circuit opens. */
const peopleToOpen = 3
/** How long an outage that somebody met counts, in milliseconds. */
const countsMs = 10_000
/** How long a circuit stays open at first, and at most; each trial that fails doubles it. Milliseconds. */
const [firstOpenMs, longestOpenMs] = [1_000, 8_000]

/** Closed while Ory answers, open while it does not, half-open for one trial after another. */
export interface Circuit {
  /** While it is open, and while a trial is under way: `circuit_open`, with the seconds that are left. */
  faultOfNow(): Fault | undefined
  /** Lets a question pass. While it is not closed that is a trial, whose outcome it waits for. */
  enter(signal: Signal): void
  /** A question met an outage. One that was a trial past its deadline says nothing of now. */
  noteOutage(who: string, signal: Signal): void
  /** A question ended by something that is no outage, and no answer: whether it reached Ory at all. */
  leave(signal: Signal, hasReached: boolean): void
  /** A question was answered. The same signal may ask again (see the outage guard): that is no trial then. */
  noteAnswer(signal: Signal): void
  /** Ory is well. */
  close(): void
}

export function createCircuit(clock: Clock): Circuit {
  /** Who met an outage → when. */
  const failed = new Map<string, number>()
  let openMs = 0
  let openUntil = 0
  // The trial's own signal: past its deadline it is over, whether or not a dispatcher says so.
  let trial: Signal | undefined
  /** Trials that have not ended, with those past their deadline: what such a one meets says nothing of now. */
  const trials = new WeakSet<Signal>()

  function open(now: number): void {
    failed.clear()
    openMs = Math.min(openMs === 0 ? firstOpenMs : openMs * 2, longestOpenMs)
    // With jitter, or all processes of an application would try at the same moment.
    openUntil = now + openMs * (1 + Math.random() / 4)
  }

  function close(): void {
    // Even of an empty Map `clear` makes garbage, and this is done after each answer.
    if (failed.size > 0) failed.clear()
    openMs = 0
    trial = undefined
  }

  return {
    faultOfNow() {
      if (openMs === 0) return undefined
      const leftMs = openUntil - clock.monotonic()
      const isTried = trial !== undefined && !trial.aborted
      if (leftMs <= 0 && !isTried) return undefined
      return new Fault('circuit_open', '', Math.max(leftMs, 0) / 1000)
    },
    enter(signal) {
      if (openMs === 0) return
      trial = signal
      trials.add(signal)
    },
    noteOutage(who, signal) {
      if (trials.delete(signal)) {
        if (trial !== signal) return
        // First, or a clock of the application's that throws would leave a trial under way for good.
        trial = undefined
        open(clock.monotonic())
      } else if (openMs === 0) {
        const now = clock.monotonic()
        for (const [other, at] of failed) if (now - at > countsMs) failed.delete(other)
        failed.set(who, now)
        if (failed.size >= peopleToOpen) open(now)
      }
    },
    leave(signal, hasReached) {
      trials.delete(signal)
      if (trial !== signal) return
      trial = undefined
      // Nonsense for one client's sake is no outage, and must not keep everybody out.
      if (hasReached) close()
    },
    noteAnswer(signal) {
      trials.delete(signal)
    },
    close,
  }
}
