import { describe, expect, it } from '@jest/globals'
import { withAwayNotes } from '../../../lib/resilience/away-notes.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import type { Health } from '../../../lib/ory/readiness.js'
import { Fault } from '../../../lib/shared/fault.js'
import type { SessionFaultReason } from '../../../lib/shared/fault.js'
import { liveAnswer, question } from '../ory/question.js'
import { createFakeClock } from '../support/fake-clock.js'

function open(health: Health | undefined) {
  const clock = createFakeClock()
  let outcome: Answer | Fault = liveAnswer()
  const readiness = health === undefined ? undefined : { ask: async () => health }
  const { whoami, isAway, findAway } = withAwayNotes(
    async () => {
      if (outcome instanceof Fault) throw outcome
      return outcome
    },
    readiness,
    clock,
  )
  return {
    clock,
    isAway,
    findAway,
    /** Asks, and gives what is asked in the background its turn. */
    async meet(met: Answer | Fault) {
      outcome = met
      const error = await whoami(question()).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toBe(met instanceof Fault ? met : undefined)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('whether Ory is known to be away', () => {
  it.each<[SessionFaultReason, Health | undefined, boolean]>([
    ['not_ready', 'unready', true],
    ['not_ready', undefined, true],
    ['circuit_open', undefined, true],
    ['network', 'unready', true],
    ['timeout', 'unready', true],
    ['server_error', 'unready', true],
    ['network', 'ready', false],
    ['server_error', 'ready', false],
    ['network', 'unknown', false],
    ['network', undefined, false],
    ['status', 'unready', false],
    ['overload', 'unready', false],
    ['throttled', 'unready', false],
    ['rate_limited', 'unready', false],
    ['ambiguous_401', 'unready', false],
  ])('after %s, with a readiness route that says %s: %p', async (reason, health, expected) => {
    const { meet, isAway } = open(health)
    expect(isAway()).toBe(false)
    await meet(new Fault(reason))
    expect(isAway()).toBe(expected)
  })

  it('is forgotten with the next live session, and not with a refusal', async () => {
    const { meet, isAway } = open('unready')
    await meet(new Fault('not_ready'))
    await meet({ kind: 'refused', ambiguousSince: 1 })
    expect(isAway()).toBe(true)
    await meet(liveAnswer())
    expect(isAway()).toBe(false)
  })

  it('is forgotten after five seconds, and after the time of an open breaker', async () => {
    const { meet, isAway, clock } = open('unready')
    await meet(new Fault('not_ready'))
    clock.advance(4_999)
    expect(isAway()).toBe(true)
    clock.advance(1)
    expect(isAway()).toBe(false)
    await meet(new Fault('circuit_open', '', 2))
    clock.advance(1_999)
    expect(isAway()).toBe(true)
    clock.advance(1)
    expect(isAway()).toBe(false)
  })

  it.each<[Health | undefined, boolean]>([
    ['unready', true],
    ['ready', false],
    ['unknown', false],
    [undefined, false],
  ])('is found out by a readiness route that says %s: %p', async (health, expected) => {
    const { findAway, isAway } = open(health)
    expect(await findAway()).toBe(expected)
    expect(isAway()).toBe(expected)
  })
})
