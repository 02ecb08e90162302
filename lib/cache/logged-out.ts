import { LRUCache } from 'lru-cache'
import { ageOf, readClock } from '../clock.js'
import type { Clock, Moment } from '../clock.js'

/** Remembers for a while which names, keys or ids of sessions, were logged out here. */
export interface LoggedOut {
  note(name: string): void
  /** Whether it was noted, and that still counts. */
  has(name: string): boolean
  clear(): void
}

/** `max`: how many names are kept at most; the least recently used make room. `forMs`: how long one counts. */
export function createLoggedOut(max: number, forMs: number, clock: Clock): LoggedOut {
  const notes = new LRUCache<string, Moment>({ max })

  return {
    note(name) {
      notes.set(name, readClock(clock))
    },
    has(name) {
      // Empty until the first log-out here, and each look-up of lru-cache makes an object of options.
      if (notes.size === 0) return false
      const noted = notes.get(name)
      return noted !== undefined && ageOf(noted, clock) < forMs
    },
    clear() {
      notes.clear()
    },
  }
}
