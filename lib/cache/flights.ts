import type { Answer } from '../upstream/answer.js'
import type { Key } from '../credential/key.js'

/** One question that is under way, and all who wait for it. */
export interface Flight {
  /** Flights and arrivals are numbered in the order in which they began. */
  readonly number: number
  readonly isForced: boolean
  readonly answer: Promise<Answer>
  /** What was invalidated since it began. */
  readonly forgotten: Forgotten[]
}

/** What `invalidate` forgets. */
export type Forgotten =
  { readonly key: Key } | { readonly session: string } | { readonly identity: string }

/** Whether an answer to a key is among what was forgotten meanwhile. */
export function isForgotten(flight: Flight, key: Key, answer: Answer): boolean {
  return flight.forgotten.some((forgotten) => {
    if ('key' in forgotten) return forgotten.key === key
    if (answer.kind !== 'live') return false
    const { session } = answer.live
    return 'session' in forgotten
      ? forgotten.session === session.id
      : forgotten.identity === session.identity.id
  })
}
