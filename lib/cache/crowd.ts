import { createShare } from './share.js'
import type { Holding, Share } from './share.js'

/** Most buckets, as a power of two; a bucket is a number of four bytes. */
const mostBits = 13

/**
 * Counts people by the bucket, and one by one only in a bucket that has more than a person may have:
 * where it has not, nobody in it has. Nearly everybody holds a place or two, and to look each of
 * thousands up in a map, when they come and when they go, takes as long as to ask lru-cache.
 *
 * `max`: how many places are a share. `places`: how many there are for all people together. `held`:
 * all that is held, oldest first.
 */
export function createCrowd(max: number, places: number, held: () => readonly Holding[]): Share {
  const buckets = 2 ** Math.min(Math.ceil(Math.log2(places)), mostBits)
  /** How many places the people of a bucket take together. */
  const taken = new Uint32Array(buckets)
  /** The people of buckets that have too many, counted one by one. */
  const counted = new Map<number, Share>()

  function bucketOf({ identity }: Holding): number {
    let hash = 0
    for (let index = 0; index < identity.length; index += 1) {
      hash = (Math.imul(hash, 31) + identity.charCodeAt(index)) | 0
    }
    return hash & (buckets - 1)
  }

  function takenIn(bucket: number): number {
    return taken[bucket] ?? 0
  }

  function count(bucket: number): Share {
    const share = createShare(max)
    for (const holding of held()) if (bucketOf(holding) === bucket) share.add(holding)
    counted.set(bucket, share)
    return share
  }

  return {
    add(holding) {
      const bucket = bucketOf(holding)
      taken[bucket] = takenIn(bucket) + holding.places
      const share = counted.get(bucket)
      if (share !== undefined) return share.add(holding)
      return takenIn(bucket) > max ? count(bucket).excessOf(holding) : undefined
    },
    remove(holding) {
      const bucket = bucketOf(holding)
      taken[bucket] = takenIn(bucket) - holding.places
      counted.get(bucket)?.remove(holding)
      // Not at once where it is enough again, or each that comes and goes would have all counted anew.
      if (takenIn(bucket) <= max / 2) counted.delete(bucket)
    },
    excessOf: (holding) => counted.get(bucketOf(holding))?.excessOf(holding),
  }
}
