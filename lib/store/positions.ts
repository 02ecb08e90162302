import type { Clock } from '../shared/clock.js'

/** The positions of the log that this process has read, each until no record can name it. */
export interface Positions {
  readonly add: (id: string) => void
  readonly has: (id: string) => boolean
  readonly clear: () => void
}

/** So many are kept at least; above twice as many, records that name an older one are not believed. */
const leastPositions = 50_000

/**
 * `keepMs`: how long a record may be believed at most, with all that a call takes. After a failover two
 * logs can interleave, so an id that only sorts between two of ours may belong to a log that is gone.
 */
export function createPositions(keepMs: number, clock: Clock): Positions {
  // The older go as a whole: to drop one at a time from a large map takes longer than to read the log.
  let younger = new Set<string>()
  let older = new Set<string>()
  let since = -Infinity

  return {
    add(id) {
      const now = clock.monotonic()
      // A record may name a position until the next one is read, so the last of the older counts on.
      if (now - since >= keepMs || younger.size >= leastPositions) {
        older = younger
        younger = new Set()
        since = now
      }
      younger.add(id)
    },
    has: (id) => younger.has(id) || older.has(id),
    clear() {
      younger.clear()
      older.clear()
    },
  }
}
