import { LRUCache } from 'lru-cache'
import { ageOf } from '../clock.js'
import type { Clock, Moment } from '../clock.js'

/** Remembers a little of what is gone: names, each for a while. */
export interface Bygone<Value> {
  note(name: string, value: Value): void
  /** What was noted, while it counts. */
  find(name: string): Value | undefined
  forget(name: string): void
  forgetWhere(isMeant: (value: Value) => boolean): void
  clear(): void
}

export function createBygone<Value>(max: number, forMs: number, clock: Clock): Bygone<Value> {
  const notes = new LRUCache<string, { readonly value: Value; readonly at: Moment }>({ max })

  return {
    note(name, value) {
      notes.set(name, { value, at: { now: clock.now(), monotonic: clock.monotonic() } })
    },
    find(name) {
      // Nearly always, where each look-up would make an object of options.
      if (notes.size === 0) return undefined
      const noted = notes.get(name)
      if (noted === undefined) return undefined
      if (ageOf(noted.at, clock) < forMs) return noted.value
      notes.delete(name)
      return undefined
    },
    forget(name) {
      notes.delete(name)
    },
    forgetWhere(isMeant) {
      for (const [name, { value }] of notes.entries()) if (isMeant(value)) notes.delete(name)
    },
    clear() {
      notes.clear()
    },
  }
}
