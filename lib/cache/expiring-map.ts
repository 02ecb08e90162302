import type { Moment } from '../shared/clock.js'
import type { CacheClock } from './cache-clock.js'

/** Names, such as keys or ids of sessions, each of which counts for a while. */
export interface ExpiringMap {
  /** `since`: when its time begins. The last `since` of a name counts. */
  set(name: string, since: Moment): void
  has(name: string): boolean
  /** Returns whether the name was there, in time or not. */
  delete(name: string): boolean
  clear(): void
}

/**
 * Keeps at least the last `max` names, and at most twice as many, for `forMs` each. It has two
 * generations. An lru-cache reserves its memory in advance, which most applications never fill.
 */
export function createExpiringMap(max: number, forMs: number, clock: CacheClock): ExpiringMap {
  let younger = new Map<string, Moment>()
  let older = new Map<string, Moment>()

  return {
    set(name, since) {
      if (younger.size >= max && !younger.has(name)) {
        older = younger
        younger = new Map()
      }
      younger.set(name, since)
    },
    has(name) {
      const since = younger.get(name) ?? older.get(name)
      return since !== undefined && clock.ageOf(since) < forMs
    },
    delete(name) {
      const wasYounger = younger.delete(name)
      return older.delete(name) || wasYounger
    },
    clear() {
      younger = new Map()
      older = new Map()
    },
  }
}
