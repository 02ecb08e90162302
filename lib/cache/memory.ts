import { LRUCache } from 'lru-cache'
import { ageOf } from '../clock.js'
import type { Clock, Moment } from '../clock.js'
import type { Key } from '../credential/key.js'
import type { Entry } from './entry.js'
import type { LiveSession } from '../session/parse-session.js'

export interface MemorySettings {
  readonly cacheMax: number
  readonly cacheMaxBytes: number
  readonly refusalTtlMs: number
  readonly clock: Clock
  /** Told of each session that had to make room for another. */
  readonly onEvicted: (key: Key, entry: Entry) => void
}

/**
 * What is remembered: sessions, and apart from them refusals, so that junk cannot push a session
 * out. lru-cache bounds both; freshness is judged here, since its TTL knows one clock and takes
 * `0` for ever.
 */
export interface Memory {
  /** The entry of a key, fresh or not. */
  find(key: Key): Entry | undefined
  isRefused(key: Key): boolean
  keep(key: Key, entry: Entry): void
  refuse(key: Key, asked: Moment): void
  /** Forgets a key, and tells how many memories that were. */
  forget(key: Key): number
  forgetWhere(isMeant: (live: LiveSession) => boolean): number
  clear(): void
  size(): { entries: number; bytes: number }
}

/**
 * Most credentials of several cookies that are kept of one person. The good cookie with anything
 * beside it that has a session cookie's name is one more, and one user must not push everybody else
 * out with those.
 */
const maxCompositesPerPerson = 8

export function createMemory({
  cacheMax,
  cacheMaxBytes,
  refusalTtlMs,
  clock,
  onEvicted,
}: MemorySettings): Memory {
  /** Identity → keys of its composite credentials, oldest first. */
  const keysOf = new Map<string, Set<Key>>()
  const entries = new LRUCache<Key, Entry>({
    max: cacheMax,
    maxSize: cacheMaxBytes,
    sizeCalculation: ({ bytes }) => bytes,
    dispose: (entry, key, reason) => {
      if (entry.isComposite) unnote(key, entry.session.identity.id)
      if (reason === 'evict') onEvicted(key, entry)
    },
  })
  const refusals = new LRUCache<Key, Moment>({ max: cacheMax })

  function note(key: Key, identity: string): void {
    const keys = keysOf.get(identity) ?? new Set()
    keysOf.set(identity, keys.add(key))
    const [oldest] = keys
    if (keys.size > maxCompositesPerPerson && oldest !== undefined) entries.delete(oldest)
  }

  function unnote(key: Key, identity: string): void {
    const keys = keysOf.get(identity)
    keys?.delete(key)
    if (keys?.size === 0) keysOf.delete(identity)
  }

  return {
    find: (key) => entries.get(key),
    isRefused(key) {
      const asked = refusals.get(key)
      return asked !== undefined && ageOf(asked, clock) < refusalTtlMs
    },
    keep(key, entry) {
      refusals.delete(key)
      entries.set(key, entry)
      // One that is too large for the bound is not there now.
      if (entry.isComposite && entries.has(key)) note(key, entry.session.identity.id)
    },
    refuse(key, asked) {
      entries.delete(key)
      if (refusalTtlMs > 0) refusals.set(key, asked)
    },
    forget: (key) => Number(entries.delete(key)) + Number(refusals.delete(key)),
    forgetWhere(isMeant) {
      let count = 0
      for (const [key, entry] of entries.entries()) {
        if (isMeant(entry)) count += Number(entries.delete(key))
      }
      return count
    },
    clear() {
      entries.clear()
      refusals.clear()
    },
    size: () => ({ entries: entries.size, bytes: entries.calculatedSize }),
  }
}
