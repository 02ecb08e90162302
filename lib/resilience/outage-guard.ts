import type { Answer } from '../ory/whoami-answer.js'
import { unknownHealthAgeMs } from '../ory/readiness.js'
import type { Readiness } from '../ory/readiness.js'
import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import { untilAbort } from '../shared/until-abort.js'
import { isAmbiguous } from './ambiguous-answer.js'
import type { AmbiguousAnswer } from './ambiguous-answer.js'
import type { Caller } from './caller.js'
import { createFurtherLooks } from './further-looks.js'
import type { AskWhoami, WhoamiCall } from './ory-call.js'
import { createOtherCallers } from './other-callers.js'
import { createScout } from './scout.js'
import { createSignsOfTrouble } from './signs-of-trouble.js'
import type { SignsOfTrouble } from './signs-of-trouble.js'

/** How many 401s a scout needs, its first included. More, because the burst that starved Ory may go on. */
const looksOfScout = 4

export interface OutageGuardSettings {
  readonly clock: Clock
  /** How long a call may take, all looks included, in milliseconds. */
  readonly timeoutMs: number
  /** What else is known to be wrong with Ory. Default: nothing but what this guard sees. */
  readonly signs?: SignsOfTrouble
}

/**
 * Believes a 401 only from a healthy Ory. While its database fails, Kratos answers everybody with the very
 * bytes of a logged-out user's 401.
 *
 * A 401 is held against readiness and, for a known caller, against one more look. All further
 * looks stand between two readiness answers. Readiness can be wrong, so a known caller's 401 is held against the other
 * known callers as well: by the rule of three, and by a short wait for corroboration. After any sign of
 * trouble there is one more look for everybody.
 *
 * @throws Fault (as a rejection) `not_ready` if Ory says that it is not, and `ambiguous_401` if nobody can
 * say: by the rule of three, for want of time, or because a further look met a fault
 */
export function withOutageGuard(
  ask: AskWhoami,
  readiness: Readiness | undefined,
  { clock, timeoutMs, signs = createSignsOfTrouble(clock) }: OutageGuardSettings,
): AskWhoami {
  const others = createOtherCallers(clock, timeoutMs, signs)
  const scout = createScout(clock)
  const lookAgain = createFurtherLooks({ ask, others, signs, requireReady, timeoutMs })

  async function requireReady(since: number, { kind }: Caller): Promise<void> {
    const health = await readiness?.ask(since, kind === 'unknown' ? unknownHealthAgeMs : 0)
    if (health !== 'unready') return
    signs.note()
    throw new Fault('not_ready')
  }

  function noteFault(error: unknown): never {
    // The database may just be coming back, so 401s stay in doubt for a while.
    if (error instanceof Fault && error.isOutage) signs.note()
    throw error
  }

  async function confirmUnknown(
    first: AmbiguousAnswer,
    call: WhoamiCall,
    scoutNumber: number,
    atLeast: number,
  ): Promise<Answer> {
    scout.noteDoubt()
    try {
      await requireReady(first.ambiguousSince, call.caller)
      // The sessions of a burst that Ory could read may come later than its 401s.
      if (scout.areSeveral() && !signs.areThere()) await others.pause()
      if (atLeast > 1 || signs.areThere() || !scout.claim(scoutNumber)) {
        await scout.wait()
        return await lookAgain(first, call, atLeast)
      }
      return await lookAgain(first, call, looksOfScout).finally(scout.end)
    } finally {
      scout.endDoubt()
    }
  }

  async function confirmKnown(
    first: AmbiguousAnswer,
    call: WhoamiCall,
    identityId: string,
    atLeast: number,
  ): Promise<Answer> {
    await requireReady(first.ambiguousSince, call.caller)
    others.noteRefusal(identityId)
    const answer = await lookAgain(first, call, atLeast)
    if (isAmbiguous(answer)) await others.wait(identityId)
    return answer
  }

  /** Decides whether a 401 is believed. */
  async function confirm(
    first: AmbiguousAnswer,
    call: WhoamiCall,
    scoutNumber: number,
  ): Promise<Answer> {
    const { caller } = call
    // Read before readiness is asked, too, because the minute of a sign can end meanwhile.
    const atLeast = signs.looksFor(caller)
    const answer =
      caller.kind === 'known'
        ? await confirmKnown(first, call, caller.identityId, atLeast)
        : await confirmUnknown(first, call, scoutNumber, atLeast)
    if (isAmbiguous(answer) && others.areTurned()) {
      throw new Fault('ambiguous_401', 'many sessions turned 401')
    }
    return answer
  }

  /** `scoutNumber`: of an unknown caller's call; 0 for a known one. */
  function askGuarded(call: WhoamiCall, scoutNumber: number): Promise<Answer> {
    const number = others.number()
    return ask(call).then((answer) => {
      if (!isAmbiguous(answer)) {
        if (call.caller.kind === 'unknown') scout.noteLive()
        others.noteLive(call.caller, number)
      } else if (readiness !== undefined) {
        // Not `timeout`: that reason counts as an outage.
        return untilAbort(call.signal, confirm(answer, call, scoutNumber), notConfirmed)
      }
      return answer
    }, noteFault)
  }

  return (call) => {
    if (call.caller.kind === 'known') return askGuarded(call, 0)
    return askGuarded(call, scout.enter()).then(
      (answer) => {
        scout.leave()
        return answer
      },
      (error: unknown) => {
        scout.leave()
        throw error
      },
    )
  }
}

function notConfirmed(): Fault {
  return new Fault('ambiguous_401', 'not confirmed in time')
}
