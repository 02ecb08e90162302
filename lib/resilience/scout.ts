import type { Clock } from '../shared/clock.js'

/** How many unknown callers must be in doubt at once. */
const callersToSend = 3
/** How often one is sent at most, in milliseconds. */
const everyMs = 1_000

/**
 * Has one of several unknown callers that got a 401 at the same moment look again for all of them. After a
 * restart every caller is unknown, and no known caller shows that Ory is in trouble. It costs three calls
 * a second at most, so a flood of made-up credentials gains nothing by it.
 */
export interface Scout {
  /** An unknown caller got a 401. */
  enter(): void
  /** It was refused, or not. */
  leave(): void
  /** Whether this caller is to look again now. Then `end` must be called. */
  claim(): boolean
  /** It has looked. */
  readonly end: () => void
  /** Resolves when no caller is looking. */
  wait(): Promise<void>
}

export function createScout(clock: Clock): Scout {
  let inDoubt = 0
  let sentAt = -Infinity
  let underWay: Promise<void> | undefined
  let resolveUnderWay: () => void = () => undefined

  return {
    enter() {
      inDoubt += 1
    },
    leave() {
      inDoubt -= 1
    },
    claim() {
      const now = clock.monotonic()
      if (underWay !== undefined || inDoubt < callersToSend || now - sentAt < everyMs) return false
      sentAt = now
      underWay = new Promise((resolve) => {
        resolveUnderWay = resolve
      })
      return true
    },
    end() {
      underWay = undefined
      resolveUnderWay()
    },
    async wait() {
      await underWay
    },
  }
}
