import type { Whoami } from './answer.js'
import type { Clock } from '../clock.js'
import { Fault } from './fault.js'
import { createSuspicion } from './suspicion.js'
import type { Readiness } from './readiness.js'

/** How old the health may be that a 401 for an unknown credential is held against, in milliseconds. */
const unknownHealthAgeMs = 1_000

/**
 * Believes a 401 only from a healthy Ory. While its database is down, Kratos answers everybody with
 * the very bytes of a logged-out user's 401.
 *
 * @throws Fault `not_ready` where a 401 can't be believed
 */
export function withOutageGuard(
  ask: Whoami,
  readiness: Readiness | undefined,
  clock: Clock,
): Whoami {
  const suspicion = createSuspicion(clock)

  return async (question) => {
    const answer = await ask(question)
    if (answer.kind !== 'refused' || answer.doubtfulSince === undefined) {
      suspicion.dispel()
      return answer
    }
    if (readiness === undefined) return answer
    const { recentIdentity } = question
    const maxAgeMs = recentIdentity === undefined ? unknownHealthAgeMs : 0
    const health = await readiness.ask(answer.doubtfulSince, maxAgeMs)
    if (health === 'unready') throw new Fault('not_ready')
    if (health === 'unknown') {
      if (suspicion.isRaisedBy(recentIdentity)) throw new Fault('not_ready')
      return answer
    }
    if (recentIdentity === undefined) return answer
    // The database may have come back between the 401 and the readiness: ask once more.
    const second = await ask(question)
    if (second.kind !== 'refused') suspicion.dispel()
    return second
  }
}
