import type { Clock } from '../shared/clock.js'

/** The ids that this process has read in the log, each for as long as a record may name it. */
export interface Positions {
  readonly add: (id: string) => void
  readonly has: (id: string) => boolean
  readonly clear: () => void
}

/** So many are remembered; a record that names an older one is not believed. */
const most = 100_000

/**
 * `keepMs`: how long a record may be believed at most, with all that a call takes. After a failover two
 * logs can interleave, so an id that only sorts between two of ours may belong to a log that is gone.
 */
export function createPositions(keepMs: number, clock: Clock): Positions {
  const readAt = new Map<string, number>()

  /** An id is the newest until the next is read: until then a record may name it. */
  function prune(now: number): void {
    let before: string | undefined
    for (const [id, at] of readAt) {
      if (before !== undefined) {
        if (now - at < keepMs && readAt.size <= most) return
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
