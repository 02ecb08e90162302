import type { Moment } from '../shared/clock.js'
import type { Key } from '../credential/cache-key.js'
import type { CacheClock } from './cache-clock.js'
import type { Entry } from './entry.js'
import { createExpiringMap } from './expiring-map.js'
import type { Invalidation } from './invalidation.js'
import { createKeyLru } from './key-lru.js'
import { createRecentlyLive } from './recently-live.js'
import type { Note } from './recently-live.js'

export interface SessionStoreSettings {
  readonly cacheMaxSessions: number
  readonly cacheMaxBytes: number
  readonly cacheTtlMs: number
  readonly refusalTtlMs: number
}

/** A credential that Ory called live. */
export interface LiveCredential {
  readonly key: Key
  readonly identityId: string
  readonly sessionId: string
  /** It was several cookies. */
  readonly isComposite: boolean
  /** Bytes that its session is estimated at. */
  readonly bytes: number
}

/**
 * What is remembered: sessions, notes of recently live credentials, and refusals. Refusals are apart, so
 * that made-up credentials cannot evict a session. Each session has a note, which bounds what one identity
 * may have of both. The store does not judge whether a session is fresh: the TTL of lru-cache knows one
 * clock, and takes `0` for no limit.
 */
export interface SessionStore {
  /** Returns the session of a key, fresh or not. */
  readonly find: (key: Key) => Entry | undefined
  /** Returns whether there is one, which counts as no use of it. */
  readonly isHeld: (key: Key) => boolean
  /** Returns whose a key is, if Ory called it live recently. */
  readonly recall: (key: Key) => Note | undefined
  readonly isRefused: (key: Key) => boolean
  /** Writes the note of a live credential. */
  note(live: LiveCredential, asked: Moment): Note
  /** Lets the note of a key count anew. */
  readonly renewNote: (key: Key, asked: Moment) => void
  /** Keeps the session of a key that has just been noted. */
  keep(key: Key, entry: Entry): void
  /** Forgets what is remembered of a key, but not whose it is. */
  release(key: Key): void
  refuse(key: Key, asked: Moment): void
  /** Forgets all but logouts, and returns how many sessions and refusals went. */
  forget(what: Invalidation): number
  clear(): void
  size(): { entries: number; bytes: number }
}

/** The share of one identity is one part in so many of all sessions, and so many of them at least. */
const [shares, leastShare] = [20, 20]
/** A credential of several cookies takes one part in so many of a share. */
const compositesPerShare = 8
/** A session takes the weight of one for each so many bytes at least. Most are somewhat longer. */
const leastBytesPerWeight = 4_096
/** How long a credential counts as recently live past the TTL, in milliseconds. */
const knownMs = 60_000

export function createSessionStore(
  settings: SessionStoreSettings,
  clock: CacheClock,
): SessionStore {
  const { cacheMaxSessions, cacheMaxBytes, cacheTtlMs, refusalTtlMs } = settings
  const share = Math.max(Math.floor(cacheMaxSessions / shares), leastShare)
  // Four times the mean, so that most sessions weigh 1. Weights are rounded down, so that one identity
  // may hold up to eight twentieths of the bytes.
  const bytesPerWeight = Math.max((4 * cacheMaxBytes) / cacheMaxSessions, leastBytesPerWeight)
  const sessions = createKeyLru<Entry>({
    max: cacheMaxSessions,
    maxBytes: cacheMaxBytes,
    bytesOf: ({ bytes }) => bytes,
  })
  const recentlyLive = createRecentlyLive({
    // The sessions in memory, and as many that were evicted.
    max: 2 * cacheMaxSessions,
    share,
    forMs: cacheTtlMs + knownMs,
    clock,
    onDropped: (key) => sessions.delete(key),
  })
  const refusals = createExpiringMap(cacheMaxSessions, refusalTtlMs, clock)

  const isTooLarge = (bytes: number): boolean => Math.floor(bytes / bytesPerWeight) > share

  function weightOf(bytes: number, isComposite: boolean): number {
    // Its session is not kept, and the note alone takes no more than any other.
    if (isTooLarge(bytes)) return 1
    const weight = Math.max(1, Math.floor(bytes / bytesPerWeight))
    return isComposite ? Math.min((weight * share) / compositesPerShare, share) : weight
  }

  return {
    find: sessions.get,
    isHeld: sessions.has,
    recall: recentlyLive.find,
    isRefused: (key) => refusals.has(key),
    note({ key, identityId, sessionId, isComposite, bytes }, asked) {
      refusals.delete(key)
      return recentlyLive.add(
        { key, identityId, sessionId, weight: weightOf(bytes, isComposite) },
        asked,
      )
    },
    renewNote: recentlyLive.renew,
    keep(key, entry) {
      if (isTooLarge(entry.bytes)) sessions.delete(key)
      else sessions.set(key, entry)
    },
    release(key) {
      sessions.delete(key)
      refusals.delete(key)
    },
    refuse(key, asked) {
      recentlyLive.delete(key)
      if (refusalTtlMs > 0) refusals.set(key, asked)
    },
    forget(what) {
      if ('key' in what) {
        const { key } = what
        const count = Number(sessions.delete(key)) + Number(refusals.delete(key))
        recentlyLive.delete(key)
        return count
      }
      let count = 0
      for (const { key } of recentlyLive.of(what)) {
        count += Number(sessions.delete(key))
        recentlyLive.delete(key)
      }
      return count
    },
    clear() {
      sessions.clear()
      recentlyLive.clear()
      refusals.clear()
    },
    size: sessions.size,
  }
}
