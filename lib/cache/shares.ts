import type { Key } from '../credential/key.js'

/** A credential of a person, as far as it counts towards a share. */
export interface Holding {
  readonly key: Key
  /** The identity whose session it is. */
  readonly identity: string
  /** The credential was several cookies. */
  readonly isComposite: boolean
  /** How many places it takes: one, but for a session that takes the room of many. */
  readonly places: number
}

/**
 * Which credentials each person has, so that nobody takes the room of others: Ory hands out one more
 * cookie of a session on every call until the browser has it, and the good cookie with anything
 * beside it that has a session cookie's name is one more credential, too.
 */
export interface Shares {
  /** Takes note of a credential, and tells `excessOf` it. */
  add(holding: Holding): Key | undefined
  remove(holding: Holding): void
  /** The oldest credential of the same person and kind, where those are more than a share. */
  excessOf(holding: Holding): Key | undefined
}

/** One of so many places in all is a person's share, but it is some at least. */
const [partOfAll, leastShare] = [20, 20]
/** Most places of one person's credentials of several cookies. */
const maxComposites = 8

/** `places`: how many there are for all people together. */
export function createShares(places: number): Shares {
  const single = createShare(Math.max(Math.floor(places / partOfAll), leastShare))
  const composite = createShare(maxComposites)
  const shareOf = ({ isComposite }: Holding): Shares => (isComposite ? composite : single)

  return {
    add: (holding) => shareOf(holding).add(holding),
    remove(holding) {
      shareOf(holding).remove(holding)
    },
    excessOf: (holding) => shareOf(holding).excessOf(holding),
  }
}

/** What a person has: keys, oldest first, with the places that each takes. */
interface Several {
  readonly placesOf: Map<Key, number>
  taken: number
}

function createShare(max: number): Shares {
  /** By identity. Nearly everybody has one key that takes one place, which needs no object. */
  const held = new Map<string, Key | Several>()

  function severalOf(identity: string): Several {
    const known = held.get(identity)
    if (typeof known === 'object') return known
    const several: Several =
      known === undefined
        ? { placesOf: new Map(), taken: 0 }
        : { placesOf: new Map([[known, 1]]), taken: 1 }
    held.set(identity, several)
    return several
  }

  function oldestOfTooMany({ taken, placesOf }: Several): Key | undefined {
    if (taken <= max) return undefined
    const [oldest] = placesOf.keys()
    return oldest
  }

  function drop(several: Several, key: Key): void {
    several.taken -= several.placesOf.get(key) ?? 0
    several.placesOf.delete(key)
  }

  return {
    add({ key, identity, places }) {
      const known = held.get(identity)
      if (places === 1 && (known === undefined || known === key)) {
        held.set(identity, key)
        return undefined
      }
      const several = severalOf(identity)
      drop(several, key)
      several.placesOf.set(key, places)
      several.taken += places
      return oldestOfTooMany(several)
    },
    remove({ key, identity }) {
      const known = held.get(identity)
      if (known === key) held.delete(identity)
      if (typeof known !== 'object') return
      drop(known, key)
      if (known.placesOf.size === 0) held.delete(identity)
    },
    excessOf({ identity }) {
      const known = held.get(identity)
      return typeof known === 'object' ? oldestOfTooMany(known) : undefined
    },
  }
}
