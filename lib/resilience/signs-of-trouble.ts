import type { Clock } from '../shared/clock.js'
import type { Caller } from './caller.js'
import { createDistinctCounter } from './distinct-counter.js'

/** How long a sign counts, in milliseconds. */
const countsMs = 60_000
/** How many credentials whose 401 was taken back show that Ory's answers flicker. */
const takenBackToFlicker = 2

/** How much is known to be wrong with Ory, and how often a 401 is therefore asked about. */
export interface SignsOfTrouble {
  /** Ory was away, not ready, or answered 401 to too many. */
  readonly note: () => void
  /** Ory answered 401 to a credential, and live when it was asked once more. */
  noteTakenBack(key: string): void
  areThere(): boolean
  /** How many calls must answer 401, the first included, before a caller is refused. */
  looksFor(caller: Caller): number
}

export function createSignsOfTrouble(clock: Clock): SignsOfTrouble {
  let notedAt = -Infinity
  const takenBack = createDistinctCounter(countsMs, clock)
  const areThere = (): boolean => clock.monotonic() - notedAt < countsMs
  const note = (): void => {
    notedAt = clock.monotonic()
  }

  return {
    note,
    noteTakenBack(key) {
      note()
      takenBack.add(key)
    },
    areThere,
    looksFor({ kind }) {
      if (!areThere()) return kind === 'known' ? 2 : 1
      // One of two replicas is ill, or a part of the connections: one more look may meet it again.
      if (takenBack.count() >= takenBackToFlicker) return 5
      return kind === 'known' ? 3 : 2
    },
  }
}
