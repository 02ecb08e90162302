import { LRUCache } from 'lru-cache'
import { ageOf, readClock } from '../clock.js'
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

/** `onGone` is told of each that is no longer noted, or not any more with that value. */
export function createBygone<Value>(
  max: number,
  forMs: number,
  clock: Clock,
  onGone?: (name: string, value: Value) => void,
): Bygone<Value> {
  const notes = new LRUCache<string, { readonly value: Value; readonly at: Moment }>({
    max,
    ...(onGone && { dispose: ({ value }, name) => onGone(name, value) }),
  })

  return {
    note(name, value) {
      notes.set(name, { value, at: readClock(clock) })
    },
    find(name) {
      // Nearly always empty, and each look-up of lru-cache makes an object of options.
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
