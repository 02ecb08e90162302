import type { Key } from '../credential/cache-key.js'
import type { Moment } from '../shared/clock.js'
import type { CacheClock } from './cache-clock.js'
import { createIdentityIndex } from './identity-index.js'
import type { Holding } from './identity-index.js'
import type { Owner } from './invalidation.js'
import { createKeyLru } from './key-lru.js'

/** Shortest time between two forced calls for the sake of a denial, in milliseconds. */
const forcedEveryMs = 1_000

/** Says that Ory called a credential live, whose it is, and when Ory was asked. */
export interface Note extends Holding {
  now: number
  monotonic: number
  /** When Ory was last asked past every cache, in milliseconds since the cache was made. */
  forcedAt: number
}

/**
 * Credentials that Ory called live a short while ago. A note is written when the answer arrives, and
 * outlives the session in memory. Without it, filling the cache would turn evicted users into unknown
 * callers.
 */
export interface RecentlyLive {
  /** Writes the note of an answer. What its identity has beyond a share is dropped, the oldest first. */
  add(holding: Holding, asked: Moment): Note
  /** Returns the note of a key while it counts. */
  readonly find: (key: Key) => Note | undefined
  /** Lets the note of a key count anew, because Ory said once more that it is live. */
  readonly renew: (key: Key, asked: Moment) => void
  readonly delete: (key: Key) => void
  readonly of: (owner: Owner) => readonly Holding[]
  clear(): void
}

export interface RecentlyLiveSettings {
  /** How many notes are kept. */
  readonly max: number
  /** How much weight one identity may have. */
  readonly share: number
  /** How long a note counts, in milliseconds. */
  readonly forMs: number
  readonly clock: CacheClock
  /** Drops what else is in memory of a key that has no note any more. */
  readonly onDropped: (key: Key) => void
}

/** Shorter than any time since the last forced call, for a credential that had none. */
const never = -(2 ** 30)

export function createRecentlyLive(settings: RecentlyLiveSettings): RecentlyLive {
  const { max, share, forMs, clock, onDropped } = settings
  const index = createIdentityIndex(share)
  const notes = createKeyLru<Note>({
    max,
    onDropped(note, key) {
      index.remove(note)
      onDropped(key)
    },
  })

  function find(key: Key): Note | undefined {
    const note = notes.get(key)
    return note !== undefined && clock.ageOf(note) < forMs ? note : undefined
  }

  function renew(note: Note, asked: Moment): Note {
    note.now = asked.now
    note.monotonic = asked.monotonic
    index.touch(note)
    return note
  }

  function write(holding: Holding, asked: Moment): Note {
    const old = notes.get(holding.key)
    if (old !== undefined && isSame(old, holding)) return renew(old, asked)
    const { key, identityId, sessionId, weight } = holding
    const { now, monotonic } = asked
    const forcedAt = old?.forcedAt ?? never
    // Written out: a spread takes several times as long, and each miss writes one.
    const note: Note = { key, identityId, sessionId, weight, now, monotonic, forcedAt }
    notes.set(note.key, note)
    index.add(note)
    return note
  }

  return {
    add(holding, asked) {
      const note = write(holding, asked)
      let excess = index.excessOf(note.identityId)
      while (excess !== undefined && notes.delete(excess)) excess = index.excessOf(note.identityId)
      return note
    },
    find,
    renew(key, asked) {
      const note = find(key)
      if (note !== undefined) renew(note, asked)
    },
    delete(key) {
      notes.delete(key)
    },
    of: index.of,
    clear() {
      notes.clear()
    },
  }
}

function isSame(note: Holding, { identityId, sessionId, weight }: Holding): boolean {
  return note.identityId === identityId && note.sessionId === sessionId && note.weight === weight
}

/** Claims the one forced call a second that may be made about a session before a denial. */
export function claimForced(note: Note, { monotonic }: Moment): boolean {
  if (monotonic - note.forcedAt < forcedEveryMs) return false
  note.forcedAt = monotonic
  return true
}
