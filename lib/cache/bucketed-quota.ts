import { createQuota } from './quota.js'
import type { Holding, Quota } from './quota.js'

/** Most buckets, as a power of two; a bucket is a number of four bytes. */
const mostBits = 13

/**
 * Counts places by bucket of people, and person by person only in a bucket that holds more than one
 * person may: while it holds less, nobody in it has too much. Nearly everybody holds a place or two,
 * and a map of thousands of people, which is touched for each that comes and goes, costs as much as
 * the map of their sessions.
 *
 * `max`: how many places are a share. `places`: how many there are for all people together. `held`: all
 * that is held, in the order in which it is to go; what is added later goes after it.
 */
export function createBucketedQuota(
  max: number,
  places: number,
  held: () => readonly Holding[],
): Quota {
  const buckets = 2 ** Math.min(Math.ceil(Math.log2(places)), mostBits)
  /** How many places the people of a bucket take together. */
  const taken = new Uint32Array(buckets)
  /** Buckets that held too much, person by person. */
  const counted = new Map<number, Quota>()

  function bucketOf({ identityId }: Holding): number {
    let hash = 0
    for (let index = 0; index < identityId.length; index += 1) {
      hash = (Math.imul(hash, 31) + identityId.charCodeAt(index)) | 0
    }
    return hash & (buckets - 1)
  }

  function takenIn(bucket: number): number {
    // There is one for each; the types do not know.
    return Number(taken[bucket])
  }

  function count(bucket: number): Quota {
    const quota = createQuota(max)
    for (const holding of held()) if (bucketOf(holding) === bucket) quota.add(holding)
    counted.set(bucket, quota)
    return quota
  }

  return {
    add(holding) {
      const bucket = bucketOf(holding)
      taken[bucket] = takenIn(bucket) + holding.places
      const quota = counted.get(bucket)
      if (quota !== undefined) return quota.add(holding)
      return takenIn(bucket) > max ? count(bucket).excessOf(holding) : undefined
    },
    remove(holding) {
      const bucket = bucketOf(holding)
      taken[bucket] = takenIn(bucket) - holding.places
      counted.get(bucket)?.remove(holding)
      // Only at half: at `max` itself each that goes and comes again would have all counted anew.
      if (takenIn(bucket) <= max / 2) counted.delete(bucket)
    },
    excessOf: (holding) => counted.get(bucketOf(holding))?.excessOf(holding),
  }
}
