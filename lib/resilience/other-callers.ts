import type { Clock } from '../shared/clock.js'
import type { Caller } from './caller.js'
import { createCorroboration } from './corroboration.js'
import { createRuleOfThree } from './rule-of-three.js'
import type { SignsOfTrouble } from './signs-of-trouble.js'

/** What the calls for other known callers say of a 401: the rule of three, and a short wait. */
export interface OtherCallers {
  /** A call goes out. Returns its number. */
  number(): number
  /** The call with this number got no 401. */
  noteLive(caller: Caller, number: number): void
  /** A known caller got a 401. */
  noteRefusal(identityId: string): void
  /** Waits for another 401, or another known caller that is live, unless many 401s came already. */
  wait(identityId: string): Promise<void>
  pause(): Promise<void>
  /** Whether so many known callers got a 401 that none may be believed now. */
  areTurned(): boolean
  /** Whether that has ended without a known caller that is live, as after a mass revocation. */
  areGone(): boolean
}

/** `timeoutMs`: how long a call may take, all looks included. */
export function createOtherCallers(
  clock: Clock,
  timeoutMs: number,
  signs: SignsOfTrouble,
): OtherCallers {
  const rule = createRuleOfThree(clock)
  const corroboration = createCorroboration(timeoutMs)
  /** The number of the latest call. */
  let asked = 0

  return {
    number: () => (asked += 1),
    noteLive(caller, number) {
      if (caller.kind === 'unknown') return
      rule.noteLive(number)
      corroboration.noteLive(caller.identityId, number)
    },
    noteRefusal(identityId) {
      if (!rule.noteRefusal(identityId, asked)) return
      signs.note()
      corroboration.endAll()
    },
    async wait(identityId) {
      // A wait could show nothing any more, and others would wait behind it.
      if (rule.isRaised() || rule.isOver()) return
      await corroboration.wait(identityId, asked, () => !signs.areThere())
    },
    pause: () => corroboration.pause(),
    areTurned: () => rule.isRaised(),
    areGone: () => rule.isOver(),
  }
}
