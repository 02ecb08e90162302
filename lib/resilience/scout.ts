import type { Clock } from '../shared/clock.js'

/** How many unknown callers must be in doubt at once. */
const callersToSend = 3
/**
 * Shortest time between two scouts, in milliseconds. A scout that finds trouble is a sign, which counts as
 * long; one that finds none has met made-up credentials beside a login, and each costs Ory three calls.
 */
const everyMs = 60_000

/**
 * Has one of several unknown callers that got a 401 at the same moment look again for all of them, if
 * another unknown caller turned out live meanwhile: after a restart every caller is unknown, and no known
 * caller shows that Ory is in trouble. A flood of made-up credentials alone costs no further call.
 */
export interface Scout {
  /** An unknown caller is asked about. Returns the number of its call. */
  enter(): number
  /** The call of an unknown caller has ended. */
  readonly leave: () => void
  /** Ory called an unknown caller live. */
  readonly noteLive: () => void
  /** Whether several unknown callers are asked about now. */
  areSeveral(): boolean
  /** An unknown caller got a 401 that is not believed yet. */
  noteDoubt(): void
  /** That 401 is decided. */
  endDoubt(): void
  /** Makes the caller of this call the scout, if one is needed now. Then `end` must be called. */
  claim(number: number): boolean
  /** The scout has its answer. */
  readonly end: () => void
  /** Resolves when no scout is out. */
  wait(): Promise<void>
}

export function createScout(clock: Clock): Scout {
  let asked = 0
  let underWay = 0
  let inDoubt = 0
  /** The number of the latest call when an unknown caller was live for the last time. */
  let liveAfter = 0
  let sentAt = -Infinity
  let look: Promise<void> | undefined
  let endLook: () => void = () => undefined

  return {
    enter() {
      underWay += 1
      asked += 1
      return asked
    },
    leave() {
      underWay -= 1
    },
    noteLive() {
      liveAfter = asked
    },
    areSeveral: () => underWay >= callersToSend,
    noteDoubt() {
      inDoubt += 1
    },
    endDoubt() {
      inDoubt -= 1
    },
    claim(number) {
      const now = clock.monotonic()
      if (look !== undefined || inDoubt < callersToSend) return false
      if (liveAfter < number || now - sentAt < everyMs) return false
      sentAt = now
      look = new Promise((resolve) => {
        endLook = resolve
      })
      return true
    },
    end() {
      look = undefined
      endLook()
    },
    async wait() {
      await look
    },
  }
}
