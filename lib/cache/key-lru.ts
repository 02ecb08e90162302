import { LRUCache } from 'lru-cache'
import type { Key } from '../credential/cache-key.js'

/** An LRU cache by the keys of credentials. In a large one each part evicts its own least recently used entry. */
export interface KeyLru<T> {
  readonly get: (key: Key) => T | undefined
  /** Returns whether the key is there, which counts as no use of it. */
  readonly has: (key: Key) => boolean
  set(key: Key, value: T): void
  /** Returns whether the key was there. */
  delete(key: Key): boolean
  clear(): void
  readonly size: () => { entries: number; bytes: number }
}

export interface KeyLruSettings<T extends object> {
  readonly max: number
  readonly maxBytes?: number
  readonly bytesOf?: (value: T) => number
  readonly onDropped?: (value: T, key: Key) => void
}

/** How many parts a large cache has. */
const partCount = 16
/** A cache for so many entries is large. */
const minLargeEntries = 32_768
/** Fewest bytes of a part, which must hold the largest session. */
const minPartBytes = 4 * 1_048_576

/**
 * Makes one. A large cache has parts, because a `Map` copies all its entries when it grows: with 65,536
 * that stops the process for ten milliseconds. Keys are digests, so the parts fill evenly.
 */
export function createKeyLru<T extends object>(settings: KeyLruSettings<T>): KeyLru<T> {
  const { max, maxBytes = Infinity, bytesOf, onDropped } = settings
  const isLarge = max >= minLargeEntries && maxBytes >= partCount * minPartBytes
  const count = isLarge ? partCount : 1
  const makePart = (): LRUCache<Key, T> =>
    new LRUCache({
      max: Math.floor(max / count),
      ...(bytesOf && { maxSize: Math.floor(maxBytes / count), sizeCalculation: bytesOf }),
      ...(onDropped && { dispose: onDropped }),
    })
  const first = makePart()
  const parts = [first, ...Array.from({ length: count - 1 }, makePart)]
  const partOf = (key: Key): LRUCache<Key, T> => parts[key.charCodeAt(0) % count] ?? first

  return {
    get: (key) => partOf(key).get(key),
    has: (key) => partOf(key).has(key),
    set(key, value) {
      partOf(key).set(key, value)
    },
    delete: (key) => partOf(key).delete(key),
    clear() {
      for (const part of parts) part.clear()
    },
    size() {
      let [entries, bytes] = [0, 0]
      for (const part of parts) {
        entries += part.size
        bytes += part.calculatedSize
      }
      return { entries, bytes }
    },
  }
}
