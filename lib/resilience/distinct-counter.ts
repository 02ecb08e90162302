import type { Clock } from '../shared/clock.js'

/** Counts different names that were seen within the last `forMs` milliseconds. */
export interface DistinctCounter {
  /** Returns how many there are with this one. */
  add(name: string): number
  count(): number
  clear(): void
}

export function createDistinctCounter(forMs: number, clock: Clock): DistinctCounter {
  /** Name → when it was seen last. */
  const seen = new Map<string, number>()

  function count(): number {
    const now = clock.monotonic()
    for (const [name, at] of seen) if (now - at > forMs) seen.delete(name)
    return seen.size
  }

  return {
    add(name) {
      seen.set(name, clock.monotonic())
      return count()
    },
    count,
    clear() {
      // `clear` makes garbage even of an empty Map, and callers clear after each answer.
      if (seen.size > 0) seen.clear()
    },
  }
}
