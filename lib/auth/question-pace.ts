/** Spreads the questions of many watches over time. */
export interface QuestionPace {
  /** Begins to count time, on the monotonic clock. */
  start(monotonic: number): void
  /** Counts a watch in. Returns how long it waits for its first question, in milliseconds. */
  add(everyMs: number): number
  /** Counts a watch out. */
  remove(everyMs: number): void
  /** How many questions may be asked now. */
  most(monotonic: number): number
}

/** Time between two looks at the watches, in milliseconds. */
export const tickMs = 100
/** Questions in a tick, for each that is due on average: a restart or a suspend must cause no burst. */
const mostPerMean = 1.5
/** Questions that any tick may ask. */
const fewest = 5
/** A process that slept for longer asks no more at once, in milliseconds. */
const longestTickMs = 1_000
// Its multiples, without their whole part, are spread evenly however many there are.
const goldenRatio = 0.618_033_988_749_895

export function createQuestionPace(): QuestionPace {
  /** Questions per millisecond. */
  let rate = 0
  let tickedAt = 0
  let phase = Math.random()

  return {
    start(monotonic) {
      // Sums of fractions that are taken away again leave a rest.
      rate = 0
      tickedAt = monotonic
    },
    add(everyMs) {
      rate += 1 / everyMs
      phase = (phase + goldenRatio) % 1
      return everyMs * phase
    },
    remove(everyMs) {
      rate -= 1 / everyMs
    },
    most(monotonic) {
      const elapsedMs = Math.min(Math.max(monotonic - tickedAt, tickMs), longestTickMs)
      tickedAt = monotonic
      return Math.max(fewest, Math.ceil(rate * elapsedMs * mostPerMean))
    },
  }
}

/**
 * When the question after the one that was due at `dueAt` is due. A watch that had to wait keeps to its
 * own times. Without this, questions that a busy process brought together would stay together.
 */
export function dueAfter(dueAt: number, everyMs: number, monotonic: number): number {
  const missed = Math.max(Math.floor((monotonic - dueAt) / everyMs), 0)
  return dueAt + (missed + 1) * everyMs
}
