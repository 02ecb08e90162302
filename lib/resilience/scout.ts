import type { Clock } from '../shared/clock.js'

/** How many unknown callers must be in doubt at once. */
const callersToSend = 3
/** How often one is sent at most, in milliseconds. */
const everyMs = 1_000

/**
 * Has one of several unknown callers that got a 401 at the same moment look again for all of them, if
 * another unknown caller turned out live meanwhile: after a restart every caller is unknown, and no known
 * caller shows that Ory is in trouble. A flood of made-up credentials alone costs no further call.
 */
export interface Scout {
  /** An unknown caller is asked about. Returns the number of its call. */
  enter(): number
  /** It was answered. */
  readonly leave: () => void
  /** It was live. */
  readonly noteLive: () => void
  /** Whether several unknown callers are asked about now. */
  areSeveral(): boolean
  /** It got a 401, and is not refused yet. */
  doubt(): void
  /** It is in doubt no more. */
  decide(): void
  /** Whether the caller of the call with this number is to look again now. Then `end` must be called. */
  claim(number: number): boolean
  /** It has looked. */
  readonly end: () => void
  /** Resolves when no caller is looking. */
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
    doubt() {
      inDoubt += 1
    },
    decide() {
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
