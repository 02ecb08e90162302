import { ageOf } from '../shared/clock.js'
import type { Clock, Moment } from '../shared/clock.js'

/** Names, such as keys or ids of sessions, each of which counts for a while. */
export interface ExpiringSet {
  /** `since`: when its time begins. It is that of the last time it was added that counts. */
  add(name: string, since: Moment): void
  has(name: string): boolean
  /** Tells whether it was there, in time or not. */
  delete(name: string): boolean
  clear(): void
}

/**
 * `max`: how many names are kept at least, those added last; up to twice as many are. `forMs`: how
 * long one counts.
 */
export function createExpiringSet(max: number, forMs: number, clock: Clock): ExpiringSet {
  // Two generations in place of an lru-cache, which makes room for all it may hold beforehand: some
  // milliseconds and 200 KB for what most applications never fill.
  let younger = new Map<string, Moment>()
  let older = new Map<string, Moment>()

  return {
    add(name, since) {
      if (younger.size >= max && !younger.has(name)) {
        older = younger
        younger = new Map()
      }
      younger.set(name, since)
    },
    has(name) {
      const since = younger.get(name) ?? older.get(name)
      return since !== undefined && ageOf(since, clock) < forMs
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
