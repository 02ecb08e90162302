import type { Key } from '../credential/cache-key.js'

/** A credential of a person, as far as it counts towards a share. */
export interface Holding {
  readonly key: Key
  /** The identity whose session it is. */
  readonly identityId: string
  /** The credential was several cookies. */
  readonly isComposite: boolean
  /** How many places it takes: one, but for a session that takes the room of many. */
  readonly places: number
}

/** What each person holds, so that nobody holds more than a share. */
export interface Quota {
  /** Counts a credential that is not counted yet, and tells `excessOf` it. */
  add(holding: Holding): Key | undefined
  remove(holding: Holding): void
  /** The credential of the same person that is to go first, where those are more than a share. */
  excessOf(holding: Holding): Key | undefined
}

/** What a person has: keys with the places that each takes, in the order in which they were counted. */
interface Kept {
  readonly placesOf: Map<Key, number>
  taken: number
}

/** Counts each person's places. `max`: how many are a share. */
export function createQuota(max: number): Quota {
  /** By identity. */
  const held = new Map<string, Kept>()

  function drop(kept: Kept, key: Key): void {
    kept.taken -= kept.placesOf.get(key) ?? 0
    kept.placesOf.delete(key)
  }

  function excessOf({ identityId }: Holding): Key | undefined {
    const kept = held.get(identityId)
    if (kept === undefined || kept.taken <= max) return undefined
    const [first] = kept.placesOf.keys()
    return first
  }

  return {
    add(holding) {
      const { key, identityId, places } = holding
      const kept = held.get(identityId) ?? { placesOf: new Map(), taken: 0 }
      held.set(identityId, kept)
      kept.placesOf.set(key, places)
      kept.taken += places
      return excessOf(holding)
    },
    remove({ key, identityId }) {
      const kept = held.get(identityId)
      if (kept === undefined) return
      drop(kept, key)
      if (kept.placesOf.size === 0) held.delete(identityId)
    },
    excessOf,
  }
}
