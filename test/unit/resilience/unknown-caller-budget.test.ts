import { describe, expect, it } from '@jest/globals'
import { toCaller } from '../../../lib/resilience/caller.js'
import type { Credential } from '../../../lib/credential/credential.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import type { WhoamiCall } from '../../../lib/resilience/ory-call.js'
import { Fault } from '../../../lib/shared/fault.js'
import { intercept } from '../../../lib/resilience/interceptor.js'
import { createUnknownCallerBudget } from '../../../lib/resilience/unknown-caller-budget.js'
import { createFakeClock } from '../support/fake-clock.js'
import { defer, liveAnswer, question, standOf } from '../ory/question.js'
import type { Deferred } from '../ory/question.js'

const cookie = (value: string): Credential => ({ source: 'cookie', value })
const refusal: Answer = { kind: 'refused', ambiguousSince: 0 }

/** A budget before an Ory that says the same to all. */
function open(connections = 2) {
  const clock = createFakeClock()
  let answer: Answer = refusal
  let calls = 0
  const ask = intercept(createUnknownCallerBudget(connections, clock).whoami)(() => {
    calls += 1
    return Promise.resolve(answer)
  })
  const stand = async (members = {}): Promise<string> =>
    (await standOf([ask(question(members))]))[0]!
  return {
    clock,
    ask,
    stand,
    calls: () => calls,
    say: (said: Answer) => (answer = said),
    async madeUp(count: number) {
      for (let index = 0; index < count; index += 1) await stand()
    },
  }
}

describe('createUnknownCallerBudget', () => {
  it('lets four refusals for each connection come at once, then one a second for each', async () => {
    const { clock, madeUp, stand, calls } = open(2)
    await madeUp(20)
    expect(calls()).toBe(8)
    clock.advance(499)
    expect(await stand()).toBe('throttled')
    clock.advance(1)
    expect(await stand()).toBe('done')
    expect(await stand()).toBe('throttled')
    expect(calls()).toBe(9)
  })

  it('tells how many seconds it takes until the next may ask', async () => {
    const { madeUp, ask, clock } = open(2)
    await madeUp(8)
    const message = 'throttled: budget of unknown callers used up'
    await expect(ask(question())).rejects.toMatchObject({ message, retryAfter: 0.5 })
    clock.advance(125)
    await expect(ask(question())).rejects.toMatchObject({ message, retryAfter: 0.375 })
  })

  it('does not save up more than a burst', async () => {
    const { clock, madeUp, calls } = open(2)
    clock.advance(3_600_000)
    await madeUp(20)
    expect(calls()).toBe(8)
  })

  it('costs nothing for an unknown caller who turns out to be live', async () => {
    const { say, madeUp, stand, calls } = open(2)
    say(liveAnswer())
    await madeUp(20)
    expect(calls()).toBe(20)
    say(refusal)
    expect(await stand()).toBe('done')
  })

  it('is drawn on for an unknown caller who is short of a second factor, who may ask again for ever', async () => {
    const { say, madeUp, stand, calls } = open(2)
    say({ kind: 'aal_too_low', redirectBrowserTo: undefined })
    await madeUp(20)
    expect(calls()).toBe(8)
    expect(await stand({ caller: toCaller('i') })).toBe('done')
  })

  it('costs nothing for known callers, and holds up none of them', async () => {
    const { madeUp, stand, say } = open(2)
    for (let index = 0; index < 20; index += 1) await stand({ caller: toCaller('i') })
    await madeUp(8)
    expect(await stand()).toBe('throttled')
    say(liveAnswer())
    expect(await stand({ caller: toCaller('i') })).toBe('done')
  })

  it.each<[string, Answer | Fault, Partial<WhoamiCall>, number]>([
    ['a session of one cookie', liveAnswer(), { credential: cookie('a=1') }, 20],
    ['a session of several cookies', liveAnswer(), { credential: cookie('a=1; b=2') }, 8],
    ['what is no answer of Ory’s', new Fault('invalid_response'), {}, 8],
    ['a status of a proxy’s', new Fault('status'), {}, 8],
    ['a session that is too large', new Fault('oversized'), {}, 8],
    ['traits that are refused', new Fault('traits'), {}, 8],
    ['a timeout', new Fault('timeout'), {}, 20],
    ['no permit', new Fault('overload'), {}, 20],
    ['no permit for an unknown caller', new Fault('throttled'), {}, 20],
    ['a rate limit', new Fault('rate_limited'), {}, 20],
  ])(
    'is drawn on by what a client can cause alone, and by nothing else: %s',
    async (_title, met, asked, times) => {
      let calls = 0
      const ask = intercept(createUnknownCallerBudget(2, createFakeClock()).whoami)(() => {
        calls += 1
        return met instanceof Fault ? Promise.reject(met) : Promise.resolve(met)
      })
      for (let time = 0; time < 20; time += 1) await standOf([ask(question(asked))])
      expect(calls).toBe(times)
    },
  )

  it.each<[string, Answer | Fault]>([
    ['a refusal', refusal],
    ['traits that are refused', new Fault('traits')],
  ])('is not drawn on by a known caller that met %s', async (_title, met) => {
    let said: Answer | Fault = met
    const ask = intercept(createUnknownCallerBudget(1, createFakeClock()).whoami)(() =>
      said instanceof Fault ? Promise.reject(said) : Promise.resolve(said),
    )
    for (let time = 0; time < 20; time += 1) {
      await standOf([ask(question({ caller: toCaller('i') }))])
    }
    said = liveAnswer()
    expect(await standOf([ask(question())])).toEqual(['done'])
  })

  it('may be in debt after many at once, but for no longer than a burst takes', async () => {
    const clock = createFakeClock()
    const underWay: Deferred<Answer>[] = []
    const ask = intercept(createUnknownCallerBudget(1, clock).whoami)(() => {
      const answer = defer<Answer>()
      underWay.push(answer)
      return answer.promise
    })
    const asked = Array.from({ length: 100 }, () => ask(question()))
    for (const { resolve } of underWay) resolve(refusal)
    await Promise.all(asked)
    clock.advance(4_000)
    expect(await standOf([ask(question())])).toEqual(['throttled'])
    clock.advance(1_000)
    expect(await standOf([ask(question())])).toEqual(['pending'])
  })
})
