import { LRUCache } from 'lru-cache'
import type { Key } from '../credential/cache-key.js'

/** What is remembered by the keys of credentials, the least recently used forgotten first. */
export interface KeyLru<T> {
  readonly get: (key: Key) => T | undefined
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

/** In how many parts a large one is. */
const partsOfLarge = 16
/** From so many entries on it is a large one. */
const largeFrom = 32_768
/** Fewest bytes of a part: it must hold the largest session. */
const leastBytes = 4 * 1_048_576

/**
 * A large one is in parts, because the `Map` in each copies all that it has when it grows: with 65,536
 * entries that stops the process for ten milliseconds. Keys are digests, so each part gets its share.
 */
export function createKeyLru<T extends object>(settings: KeyLruSettings<T>): KeyLru<T> {
  const { max, maxBytes = Infinity, bytesOf, onDropped } = settings
  const isLarge = max >= largeFrom && maxBytes >= partsOfLarge * leastBytes
  const count = isLarge ? partsOfLarge : 1
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
