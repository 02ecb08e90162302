import { createCrowd } from './crowd.js'
import { createShare } from './share.js'
import type { Holding, Share } from './share.js'

/** One of so many places in all is a person's share, but it is some at least. */
const [partOfAll, leastShare] = [20, 20]
/** Most places of one person's credentials of several cookies. */
const maxComposites = 8

/**
 * Nobody takes the room of others: Ory hands out one more cookie of a session on every call until the
 * browser has it, and the good cookie with anything beside it that has a session cookie's name is one
 * more credential, too. Those of several cookies are counted apart, and have a share of their own.
 *
 * `places`: how many there are for all people together. `held`: all that is held, oldest first.
 */
export function createShares(places: number, held: () => readonly Holding[]): Share {
  const share = Math.max(Math.floor(places / partOfAll), leastShare)
  const single = createCrowd(share, places, () => held().filter((one) => !one.isComposite))
  const composite = createShare(maxComposites)
  const shareOf = ({ isComposite }: Holding): Share => (isComposite ? composite : single)

  return {
    add: (holding) => shareOf(holding).add(holding),
    remove(holding) {
      shareOf(holding).remove(holding)
    },
    excessOf: (holding) => shareOf(holding).excessOf(holding),
  }
}
