import type { Clock } from '../shared/clock.js'
import { createDistinctCounter } from './distinct-counter.js'

/** How many identities must turn 401 before that looks like an outage. */
const identitiesToRaise = 3
/** How long an identity that turned 401 counts, in milliseconds. */
const countsMs = 60_000
/** How long 401s are in doubt without a 200, in milliseconds. */
const lastsMs = 10_000
/** How long after that the rule is over and stays off without a 200, in milliseconds. */
const offMs = 120_000

/**
 * The rule of three. While a database fails, Kratos answers 401 to everybody. Three identities that turn
 * 401, with no 200 for a known caller between, look like that.
 *
 * Calls are numbered as they are asked: only a 200 that was asked after a 401 came says anything of it.
 */
export interface RuleOfThree {
  /** A known caller got a 401; `asked`: the number of the latest call. Returns whether that raised the rule. */
  noteRefusal(identityId: string, asked: number): boolean
  /** The call with this number found a known caller live. */
  noteLive(number: number): void
  /** Whether no 401 may be believed now. */
  isRaised(): boolean
  /** Whether the rule has ended without a 200, so that 401s are believed. */
  isOver(): boolean
}

export function createRuleOfThree(clock: Clock): RuleOfThree {
  /** Identities that turned 401. */
  const turned = createDistinctCounter(countsMs, clock)
  let lastTurnedAfter = 0
  let endsAt = -Infinity
  // Without this a mass revocation would raise the rule again and again, and end in no 401.
  let isArmed = true

  return {
    noteRefusal(identityId, asked) {
      const now = clock.monotonic()
      if (!isArmed && now < endsAt + offMs) return false
      isArmed = true
      lastTurnedAfter = asked
      if (turned.add(identityId) < identitiesToRaise) return false
      turned.clear()
      isArmed = false
      endsAt = now + lastsMs
      return true
    },
    noteLive(number) {
      if (number <= lastTurnedAfter) return
      turned.clear()
      endsAt = -Infinity
      isArmed = true
    },
    isRaised: () => clock.monotonic() < endsAt,
    isOver() {
      const sinceEnd = clock.monotonic() - endsAt
      return !isArmed && sinceEnd >= 0 && sinceEnd < offMs
    },
  }
}
