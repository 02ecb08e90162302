import type { Ended } from '../ory/ory-logout.js'
import { unknownHealthAgeMs } from '../ory/readiness.js'
import type { Readiness } from '../ory/readiness.js'
import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { OryCall } from './ory-call.js'

/** Starts the end of a session at Ory. Rejects with a `Fault` if Ory gives no answer. */
export type AskLogout = (call: OryCall) => Promise<Ended>

/**
 * Believes that there is nothing to end only from a healthy Ory. While its database fails, Kratos says
 * that of every cookie with a 401, and nothing has ended. For a token it answers 5xx then.
 *
 * @throws Fault (as a rejection) `not_ready`
 */
export function withLogoutGuard(
  ask: AskLogout,
  readiness: Readiness | undefined,
  clock: Clock,
): AskLogout {
  return (call) =>
    ask(call).then(async (ended) => {
      if (ended.kind !== 'refused' || call.credential.source !== 'cookie') return ended
      const maxAgeMs = call.caller.kind === 'unknown' ? unknownHealthAgeMs : 0
      const health = await readiness?.ask(clock.monotonic(), maxAgeMs)
      if (health === 'unready') throw new Fault('not_ready')
      return ended
    })
}
