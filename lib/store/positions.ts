import type { Clock } from '../shared/clock.js'

/** The positions of the log that this process has read, each until no record can name it. */
export interface Positions {
  readonly add: (id: string) => void
  readonly has: (id: string) => boolean
  readonly clear: () => void
}

/** Above this many, the oldest is forgotten, and records that name it are not believed. */
const maxPositions = 100_000

/**
 * `keepMs`: how long a record may be believed at most, with all that a call takes. After a failover two
 * logs can interleave, so an id that only sorts between two of ours may belong to a log that is gone.
 */
export function createPositions(keepMs: number, clock: Clock): Positions {
  const readAt = new Map<string, number>()

  /** A record may name a position until the next one is read. So its time runs from the reading of the next. */
  function prune(now: number): void {
    let before: string | undefined
    for (const [id, at] of readAt) {
      if (before !== undefined) {
        if (now - at < keepMs && readAt.size <= maxPositions) return
        readAt.delete(before)
      }
      before = id
    }
  }

  return {
    add(id) {
      const now = clock.monotonic()
      readAt.set(id, now)
      prune(now)
    },
    has: (id) => readAt.has(id),
    clear() {
      readAt.clear()
    },
  }
}
