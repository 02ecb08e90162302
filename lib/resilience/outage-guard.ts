import type { Answer } from '../ory/whoami-answer.js'
import { unknownHealthAgeMs } from '../ory/readiness.js'
import type { Readiness } from '../ory/readiness.js'
import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { Signal } from '../shared/lean-abort-signal.js'
import type { Caller } from './caller.js'
import { createCorroboration } from './corroboration.js'
import type { AskWhoami, WhoamiCall } from './ory-call.js'
import { createRuleOfThree } from './rule-of-three.js'
import { createSignsOfTrouble } from './signs-of-trouble.js'

export interface OutageGuardSettings {
  readonly clock: Clock
  /** How long a call may take, all looks included, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Believes a 401 only from a healthy Ory. While its database fails, Kratos answers everybody with the very
 * bytes of a logged-out user's 401.
 *
 * A 401 is held against readiness and, for a known caller, against one more look. Each further look stands
 * between two readiness answers. Readiness can be wrong, so a known caller's 401 is held against the other
 * known callers as well: by the rule of three, and by a short wait for corroboration. After any sign of
 * trouble there is one more look for everybody.
 *
 * @throws Fault (as a rejection) `not_ready` if Ory says that it is not, and `ambiguous_401` if nobody can
 * say: by the rule of three, for want of time, or because a further look met a fault
 */
export function withOutageGuard(
  ask: AskWhoami,
  readiness: Readiness | undefined,
  { clock, timeoutMs }: OutageGuardSettings,
): AskWhoami {
  const rule = createRuleOfThree(clock)
  const signs = createSignsOfTrouble(clock)
  const corroboration = createCorroboration(timeoutMs)
  /** The number of the latest call. */
  let asked = 0

  function noteWell(caller: Caller, number: number): void {
    if (caller.kind === 'unknown') return
    rule.noteLive(number)
    corroboration.noteLive(caller.identityId, number)
  }

  async function requireReady(ready: Readiness, since: number, { kind }: Caller): Promise<void> {
    const health = await ready.ask(since, kind === 'unknown' ? unknownHealthAgeMs : 0)
    if (health !== 'unready') return
    signs.note()
    throw new Fault('not_ready')
  }

  function noteRefusal(caller: Caller): void {
    if (caller.kind === 'unknown' || !rule.noteRefusal(caller.identityId, asked)) return
    signs.note()
    corroboration.endAll()
  }

  function noteFault(error: unknown): never {
    // The database may just be coming back, so 401s stay in doubt for a while.
    if (error instanceof Fault && error.isOutage) signs.note()
    throw error
  }

  /** After a 401 this is not for want of an answer: to pass for an outage it would open the grace period. */
  function noteLaterFault(error: unknown): never {
    if (!(error instanceof Fault)) throw error
    // A later look has only what the first one left of the time. If its timeout were a sign, the 401 of one
    // caller would keep all others in doubt, and theirs that of the next.
    if (error.isOutage && error.reason !== 'timeout') signs.note()
    throw new Fault('ambiguous_401', error.message, error.retryAfter)
  }

  /** Asks again until there is no 401 any more, or there were enough of them from an Ory that is ready. */
  async function lookAgain(first: Ambiguous, call: WhoamiCall, ready: Readiness): Promise<Answer> {
    const { caller, key, signal } = call
    let answer = first
    let looks = 1
    for (; looks < signs.looksFor(caller); looks += 1) {
      // While no 401 is believed, a third look would only add to Ory's load.
      if (looks > 1 && rule.isRaised()) break
      if (signs.areThere()) await corroboration.pause()
      if (signal.aborted) break
      asked += 1
      const number = asked
      // In the foreground, because a request may be waiting by now.
      const next = { ...call, isRefresh: false, isSecondLook: true as const }
      const again = await ask(next).catch(noteLaterFault)
      if (!isAmbiguous(again)) {
        if (again.kind !== 'refused') signs.noteTakenBack(key)
        noteWell(caller, number)
        return again
      }
      answer = again
    }
    if (looks > 1) await requireReady(ready, answer.doubtfulSince, caller)
    return answer
  }

  /** What to make of a 401. */
  async function confirm(first: Ambiguous, call: WhoamiCall, ready: Readiness): Promise<Answer> {
    const { caller } = call
    await requireReady(ready, first.doubtfulSince, caller)
    noteRefusal(caller)
    const answer = await lookAgain(first, call, ready)
    if (!isAmbiguous(answer)) return answer
    if (caller.kind === 'known' && !rule.isRaised()) {
      await corroboration.wait(caller.identityId, asked, () => !signs.areThere())
    }
    if (rule.isRaised()) throw new Fault('ambiguous_401', 'many sessions turned 401')
    return answer
  }

  return (call) => {
    asked += 1
    const number = asked
    return ask(call).then((answer) => {
      if (!isAmbiguous(answer)) noteWell(call.caller, number)
      else if (readiness !== undefined) {
        return orAmbiguous(call.signal, confirm(answer, call, readiness))
      }
      return answer
    }, noteFault)
  }
}

/** Rejects once the time is up, with `ambiguous_401`: `timeout` would say that Ory is away. */
function orAmbiguous(signal: Signal, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new Fault('ambiguous_401', 'not confirmed in time'))
    }
    signal.addEventListener('abort', giveUp, { once: true })
    answer.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', giveUp)
    })
  })
}

type Ambiguous = Answer & { readonly doubtfulSince: number }

function isAmbiguous(answer: Answer): answer is Ambiguous {
  return answer.kind === 'refused' && answer.doubtfulSince !== undefined
}
