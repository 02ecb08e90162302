import { LRUCache } from 'lru-cache'
import type { Clock, Moment } from '../shared/clock.js'
import type { Key } from '../credential/cache-key.js'
import type { Entry } from './entry.js'
import { createExpiringSet } from './expiring-map.js'
import { createNewest } from './newest.js'
import { createQuotas } from './quotas.js'
import type { Holding } from './quota.js'

export interface MemorySettings {
  readonly cacheMaxSessions: number
  readonly cacheMaxBytes: number
  readonly refusalTtlMs: number
  readonly clock: Clock
  /** Told of each session that had to make room for another. */
  readonly onEvicted: (key: Key, entry: Entry) => void
}

/**
 * What is remembered: sessions, and apart from them refusals, so that junk cannot push a session
 * out. lru-cache bounds the sessions; whether one is fresh is not its business, since its TTL knows
 * one clock and takes `0` for ever.
 */
export interface Memory {
  /** The entry of a key, fresh or not. */
  find(key: Key): Entry | undefined
  isRefused(key: Key): boolean
  keep(key: Key, entry: Entry): void
  refuse(key: Key, asked: Moment): void
  /** Forgets a key, and tells how many memories that were. */
  forget(key: Key): number
  forgetWhere(isMeant: (entry: Entry) => boolean): number
  clear(): void
  size(): { entries: number; bytes: number }
}

/** For each so many bytes, as they are reckoned, a session takes a place. Most are somewhat longer. */
const leastBytesPerPlace = 4_096

export function createMemory({
  cacheMaxSessions,
  cacheMaxBytes,
  refusalTtlMs,
  clock,
  onEvicted,
}: MemorySettings): Memory {
  const quotas = createQuotas(cacheMaxSessions, holdings)
  // Four times the mean room of an entry, so that most sessions take one place. As places are rounded
  // down, a twentieth of the places may hold up to eight twentieths of the bytes; more where `cacheMaxSessions`
  // is so large for `cacheMaxBytes` that the least counts, or so small that a share is more than that.
  const bytesPerPlace = Math.max((4 * cacheMaxBytes) / cacheMaxSessions, leastBytesPerPlace)
  /** The key that goes since its person has too much: `dispose` sees a deletion, but it was evicted. */
  let excess: Key | undefined
  /** What had to make room. Nobody is told before all is counted: a clock of the application's may throw. */
  const evicted: [Key, Entry][] = []
  const entries = new LRUCache<Key, Entry>({
    max: cacheMaxSessions,
    maxSize: cacheMaxBytes,
    sizeCalculation: ({ bytes }) => bytes,
    dispose: (entry, key, reason) => {
      newest.remove(entry)
      quotas.remove(holdingOf(key, entry))
      if (reason === 'evict' || key === excess) evicted.push([key, entry])
    },
  })
  const newest = createNewest()
  const refusals = createExpiringSet(cacheMaxSessions, refusalTtlMs, clock)

  const holdingOf = (key: Key, { identityId, isComposite, bytes }: Entry): Holding => ({
    key,
    identityId,
    isComposite,
    places: Math.max(1, Math.floor(bytes / bytesPerPlace)),
  })

  /** All, least recently used first. */
  function holdings(): Holding[] {
    const all: Holding[] = []
    entries.rforEach((entry, key) => all.push(holdingOf(key, entry)))
    return all
  }

  /** Where somebody has more than a share, what is oldest of that goes, even if nothing is left. */
  function hold(holding: Holding): void {
    excess = quotas.add(holding)
    while (excess !== undefined && entries.delete(excess)) excess = quotas.excessOf(holding)
  }

  return {
    find: (key) => entries.get(key),
    isRefused: (key) => refusals.has(key),
    keep(key, entry) {
      refusals.delete(key)
      entries.set(key, entry)
      // One that is too large for the bound is not there now.
      if (entry.bytes <= cacheMaxBytes) {
        newest.add(entry)
        hold(holdingOf(key, entry))
      }
      for (const [gone, last] of evicted.splice(0)) onEvicted(gone, last)
    },
    refuse(key, asked) {
      entries.delete(key)
      if (refusalTtlMs > 0) refusals.add(key, asked)
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
