import type { Invalidation } from '../cache/invalidation.js'

/** The last invalidations. Each has a position, and positions only grow. */
export interface RecentInvalidations {
  add(what: Invalidation): void
  /** The position of the next one. */
  end(): number
  /** Whether one fits that is at a position or later; `undefined` if some of these are forgotten. */
  some(from: number, fits: (what: Invalidation) => boolean): boolean | undefined
  /** Forgets all of them. */
  clear(): void
}

/** How many are remembered. */
export const mostRecent = 1_000

/** Remembers the last invalidations. Without the bound, an outage would fill the memory. */
export function createRecentInvalidations(): RecentInvalidations {
  const recent: Invalidation[] = []
  let end = 0

  return {
    add(what) {
      recent.push(what)
      end += 1
      if (recent.length > mostRecent) recent.shift()
    },
    end: () => end,
    some(from, fits) {
      const first = end - recent.length
      return from < first ? undefined : recent.slice(from - first).some(fits)
    },
    clear() {
      recent.length = 0
    },
  }
}
