import { createBucketedQuota } from './bucketed-quota.js'
import { createQuota } from './quota.js'
import type { Holding, Quota } from './quota.js'

/** One of so many places is a person's share. */
const placesPerShare = 20
/** What a share is at least, in places: below 400 of them more than a twentieth, up to 20 all. */
const leastShare = 20
/** Most places of one person's credentials of several cookies. */
const maxComposites = 8

/**
 * Nobody takes the room of others: Ory hands out one more cookie of a session on every call until the
 * browser has it, and the good cookie with anything beside it that has a session cookie's name is one
 * more credential, too. Those of several cookies are counted apart, and have a share of their own.
 *
 * `places`: how many there are for all people together. `held`: all that is held, in the order in which
 * it is to go.
 */
export function createQuotas(places: number, held: () => readonly Holding[]): Quota {
  const share = Math.max(Math.floor(places / placesPerShare), leastShare)
  const single = createBucketedQuota(share, places, () => held().filter((one) => !one.isComposite))
  const composite = createQuota(maxComposites)
  const quotaOf = ({ isComposite }: Holding): Quota => (isComposite ? composite : single)

  return {
    add: (holding) => quotaOf(holding).add(holding),
    remove(holding) {
      quotaOf(holding).remove(holding)
    },
    excessOf: (holding) => quotaOf(holding).excessOf(holding),
  }
}
