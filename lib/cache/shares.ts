import type { Key } from '../credential/key.js'

/** A credential of a person, as far as it counts towards a share. */
export interface Holding {
  readonly key: Key
  /** The identity whose session it is. */
  readonly identity: string
  /** The credential was several cookies. */
  readonly isComposite: boolean
}

/**
 * Which credentials each person has, so that nobody takes the room of others: Ory hands out one more
 * cookie of a session on every call until the browser has it, and the good cookie with anything
 * beside it that has a session cookie's name is one more credential, too.
 */
export interface Shares {
  /** Takes note of a credential, and tells the person's oldest where that is one too many. */
  add(holding: Holding): Key | undefined
  remove(holding: Holding): void
}

/** One of so many places in all is a person's share, but it is some at least. */
const [partOfAll, leastShare] = [20, 20]
/** Most credentials of several cookies of one person. */
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
  }
}

function createShare(max: number): Shares {
  /** Identity → its keys, oldest first. Nearly everybody has one, which needs no set. */
  const keysOf = new Map<string, Key | Set<Key>>()

  return {
    add({ key, identity }) {
      const keys = keysOf.get(identity)
      if (keys === undefined || keys === key) {
        keysOf.set(identity, key)
        return undefined
      }
      if (typeof keys === 'string') {
        keysOf.set(identity, new Set([keys, key]))
        return undefined
      }
      keys.add(key)
      const [oldest] = keys
      return keys.size > max ? oldest : undefined
    },
    remove({ key, identity }) {
      const keys = keysOf.get(identity)
      if (keys === key) keysOf.delete(identity)
      else if (typeof keys === 'object' && keys.delete(key) && keys.size === 0) {
        keysOf.delete(identity)
      }
    },
  }
}
