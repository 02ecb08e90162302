import { ageOf } from '../shared/clock.js'
import type { Clock, Moment } from '../shared/clock.js'
import type { Key } from '../credential/cache-key.js'
import { isMeant } from './invalidation.js'
import type { Forgotten } from './invalidation.js'
import { createQuotas } from './quotas.js'
import type { Holding, Quota } from './quota.js'

/** What is known of a session that may not be kept itself. */
export interface Unkept {
  readonly sessionId: string
  readonly identityId: string
  readonly forcedAt: number
}

/** A note of one, and when it was made. */
export interface Note extends Unkept, Holding, Moment {}

/** Remembers for a while whose session a key was, and when it was last forced; not the session. */
export interface Recent {
  /** The last `max` notes are kept at least, but for what one person has beyond a share of a generation. */
  add(note: Note): void
  /** What was noted of a key, while it counts. */
  readonly find: (key: Key) => Unkept | undefined
  readonly forget: (what: Forgotten) => void
  clear(): void
}

interface Generation {
  readonly notes: Map<Key, Note>
  readonly quotas: Quota
}

/** `max`: how many notes are kept at least; up to twice as many are. `forMs`: how long one counts. */
export function createRecent(max: number, forMs: number, clock: Clock): Recent {
  // Once the younger generation is full, the older goes as a whole. To let thousands go one by one
  // takes longer than all else that is done with a note, since each lies far off in memory by then.
  let younger = createGeneration()
  let older = createGeneration()

  function createGeneration(): Generation {
    const notes = new Map<Key, Note>()
    return { notes, quotas: createQuotas(max, () => [...notes.values()]) }
  }

  function remove({ notes, quotas }: Generation, key: Key): void {
    const note = notes.get(key)
    if (note === undefined) return
    notes.delete(key)
    quotas.remove(note)
  }

  return {
    add(note) {
      if (younger.notes.size >= max) {
        older = younger
        younger = createGeneration()
      }
      remove(younger, note.key)
      younger.notes.set(note.key, note)
      const excess = younger.quotas.add(note)
      if (excess !== undefined) remove(younger, excess)
    },
    find(key) {
      const note = younger.notes.get(key) ?? older.notes.get(key)
      return note !== undefined && ageOf(note, clock) < forMs ? note : undefined
    },
    forget(what) {
      for (const generation of [younger, older]) {
        if ('key' in what) remove(generation, what.key)
        else {
          for (const [key, { sessionId, identityId }] of generation.notes) {
            if (isMeant(what, sessionId, identityId)) remove(generation, key)
          }
        }
      }
    },
    clear() {
      younger = createGeneration()
      older = createGeneration()
    },
  }
}
