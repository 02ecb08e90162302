import type { Key } from '../credential/cache-key.js'
import type { Owner } from './invalidation.js'

/** What the index holds: a credential, and whose it is. */
export interface Holding {
  readonly key: Key
  readonly identityId: string
  readonly sessionId: string
  /** How much of its identity's share it takes. A usual session takes 1. */
  readonly weight: number
}

/** Credentials by identity and by session. What is asked about one identity costs what that one has. */
export interface IdentityIndex {
  add(holding: Holding): void
  remove(holding: Holding): void
  /** Makes a credential the newest of its identity. */
  readonly touch: (holding: Holding) => void
  /** Lists all credentials of a session or an identity, the oldest first. */
  readonly of: (owner: Owner) => readonly Holding[]
  /** Returns the oldest credential of an identity that has more than a share. */
  excessOf(identityId: string): Key | undefined
}

/** Credentials with one name, the oldest first. */
interface Group {
  readonly members: Set<Holding>
  weight: number
}

/** `share`: how much weight one identity may have. */
export function createIdentityIndex(share: number): IdentityIndex {
  const identities = createGroups(({ identityId }) => identityId)
  const sessions = createGroups(({ sessionId }) => sessionId)

  return {
    add(holding) {
      identities.add(holding)
      sessions.add(holding)
    },
    remove(holding) {
      identities.remove(holding)
      sessions.remove(holding)
    },
    touch: identities.touch,
    of: (owner) =>
      'session' in owner ? sessions.list(owner.session) : identities.list(owner.identity),
    excessOf(identityId) {
      const group = identities.groupOf(identityId)
      if (group === undefined || group.weight <= share) return undefined
      const [oldest] = group.members
      return oldest?.key
    },
  }
}

interface Groups {
  add(holding: Holding): void
  remove(holding: Holding): void
  readonly touch: (holding: Holding) => void
  list(name: string): readonly Holding[]
  /** Returns the group of a name that has more than one holding. */
  groupOf(name: string): Group | undefined
}

/** In how many maps the groups are. A map that grows copies all that it has, while nothing else runs. */
const mapCount = 16

function createGroups(nameOf: (holding: Holding) => string): Groups {
  // Most names have one holding. A group for each would take 200 bytes per session.
  const first = new Map<string, Holding | Group>()
  const maps = [
    first,
    ...Array.from({ length: mapCount - 1 }, () => new Map<string, Holding | Group>()),
  ]

  /** By the last letter, which is as good as random in an id of Ory's. */
  const mapOf = (name: string): Map<string, Holding | Group> =>
    maps[name.charCodeAt(name.length - 1) % mapCount] ?? first

  function groupOf(name: string): Group | undefined {
    const there = mapOf(name).get(name)
    return there !== undefined && 'members' in there ? there : undefined
  }

  return {
    groupOf,
    add(holding) {
      const name = nameOf(holding)
      const groups = mapOf(name)
      const there = groups.get(name)
      if (there === undefined) groups.set(name, holding)
      else if ('members' in there) {
        there.members.add(holding)
        there.weight += holding.weight
      } else {
        const weight = there.weight + holding.weight
        groups.set(name, { members: new Set([there, holding]), weight })
      }
    },
    remove(holding) {
      const name = nameOf(holding)
      const group = groupOf(name)
      if (group?.members.delete(holding) === true) group.weight -= holding.weight
      if (group === undefined || group.members.size === 0) mapOf(name).delete(name)
    },
    touch(holding) {
      const group = groupOf(nameOf(holding))
      if (group?.members.delete(holding) === true) group.members.add(holding)
    },
    list(name) {
      const there = mapOf(name).get(name)
      if (there === undefined) return []
      return 'members' in there ? [...there.members] : [there]
    },
  }
}
