import type { Answer } from '../ory/whoami-answer.js'
import { Fault } from '../shared/fault.js'
import { isAmbiguous } from './ambiguous-answer.js'
import type { AmbiguousAnswer } from './ambiguous-answer.js'
import type { Caller } from './caller.js'
import { createConcurrencyLimit } from './concurrency-limit.js'
import type { AskWhoami, WhoamiCall } from './ory-call.js'
import type { OtherCallers } from './other-callers.js'
import type { SignsOfTrouble } from './signs-of-trouble.js'

/** How many further looks go out at once: an Ory that is short of connections must not meet one more burst. */
const looksAtOnce = 3

export interface FurtherLooksParts {
  readonly ask: AskWhoami
  readonly others: OtherCallers
  readonly signs: SignsOfTrouble
  /** Rejects if Ory is not ready, or was not when it was last asked at this time or later. */
  readonly requireReady: (since: number, caller: Caller) => Promise<void>
  /** How long a call may take, all looks included, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Looks again until there is no 401 any more, or there were enough of them from an Ory that is ready:
 * `atLeast`, or more if the signs want more by now.
 *
 * @throws Fault (as a rejection) `ambiguous_401` if a look met a fault
 */
export type FurtherLooks = (
  first: AmbiguousAnswer,
  call: WhoamiCall,
  atLeast: number,
) => Promise<Answer>

export function createFurtherLooks(parts: FurtherLooksParts): FurtherLooks {
  const { ask, others, signs, requireReady, timeoutMs } = parts
  const askInLine = createConcurrencyLimit(looksAtOnce, timeoutMs)(ask)

  /** A fault after a 401 becomes `ambiguous_401`. As an outage it would open the grace period. */
  function noteFault(error: unknown): never {
    if (!(error instanceof Fault)) throw error
    // A later look has only the time that is left. If its timeout were a sign, the 401 of one caller would add
    // looks for all others, and their timeouts would be the next signs.
    if (error.isOutage && error.reason !== 'timeout') signs.note()
    throw new Fault('ambiguous_401', error.message, error.retryAfter)
  }

  async function look(call: WhoamiCall): Promise<Answer> {
    const number = others.number()
    // In the foreground, because a request may be waiting by now.
    const next = { ...call, isRefresh: false, isSecondLook: true as const }
    // After a mass revocation, the last of many would get no permit within the ten seconds.
    const answer = await (others.areGone() ? ask : askInLine)(next).catch(noteFault)
    if (isAmbiguous(answer)) return answer
    if (answer.kind !== 'refused') signs.noteTakenBack(call.key)
    others.noteLive(call.caller, number)
    return answer
  }

  /** How many 401s are enough by now, the first included. */
  function enough(caller: Caller, atLeast: number): number {
    // While the rule of three is raised, a further look can only find a 200.
    if (others.areTurned()) return 2
    // Many sessions have ended, and neither more looks nor pauses would show anything else.
    if (others.areGone()) return 2
    return Math.max(atLeast, signs.looksFor(caller))
  }

  return async (first, call, atLeast) => {
    const { caller, signal } = call
    let answer = first
    let looks = 1
    for (; looks < enough(caller, atLeast); looks += 1) {
      const isPausing = caller.kind === 'unknown' || (signs.areThere() && !others.areGone())
      if (isPausing) await others.pause()
      if (signal.aborted) break
      const again = await look(call)
      if (!isAmbiguous(again)) return again
      answer = again
    }
    if (looks > 1) await requireReady(answer.ambiguousSince, caller)
    return answer
  }
}
