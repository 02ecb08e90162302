import { describe, expect, it, jest } from '@jest/globals'
import { toCaller } from '../../../lib/resilience/caller.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import type { WhoamiCall } from '../../../lib/resilience/ory-call.js'
import { createCircuitBreaker } from '../../../lib/resilience/circuit-breaker.js'
import { Fault } from '../../../lib/shared/fault.js'
import type { SessionFaultReason } from '../../../lib/shared/fault.js'
import { intercept } from '../../../lib/resilience/interceptor.js'
import { createFakeClock } from '../support/fake-clock.js'
import { defer, liveAnswer, question, standOf } from '../ory/question.js'

/** A breaker before an Ory that answers as the test says. */
function open() {
  const clock = createFakeClock()
  let says: () => Promise<Answer> = () => Promise.resolve(liveAnswer())
  let calls = 0
  const ask = intercept(createCircuitBreaker(clock))(() => {
    calls += 1
    return says()
  })
  const stand = async (members: Partial<WhoamiCall>): Promise<string> =>
    (await standOf([ask(question(members))]))[0]!
  return {
    clock,
    ask,
    stand,
    calls: () => calls,
    answer: (answer: Answer = liveAnswer()) => (says = () => Promise.resolve(answer)),
    fail: (reason: SessionFaultReason = 'timeout') =>
      (says = () => Promise.reject(new Fault(reason))),
    throw: (error: Error) => (says = () => Promise.reject(error)),
    hold() {
      const answer = defer<Answer>()
      says = () => answer.promise
      return answer
    },
    /** Lets unknown callers find out that Ory is away. */
    async unknownCallers(keys: readonly string[]) {
      for (const key of keys) await stand({ key })
    },
    async known(identities: readonly string[]) {
      for (const identity of identities) {
        await stand({ key: `key of ${identity}`, caller: toCaller(identity) })
      }
    },
  }
}

/** Longest that it can be open at first, in milliseconds: a second and the jitter. */
const firstMs = 1_250

describe('createCircuitBreaker', () => {
  it.each(['timeout', 'network', 'server_error'] as const)(
    'opens when three credentials in a row met the fault %s',
    async (reason) => {
      const { fail, unknownCallers, stand, calls } = open()
      fail(reason)
      await unknownCallers(['a', 'b'])
      expect(await stand({ key: 'c' })).toBe(reason)
      expect(await stand({ key: 'd' })).toBe('circuit_open')
      expect(calls()).toBe(3)
    },
  )

  it('is not opened by one credential, however often', async () => {
    const { fail, unknownCallers, stand, calls } = open()
    fail()
    await unknownCallers(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 'a' : 'b')))
    expect(await stand({ key: 'a' })).toBe('timeout')
    expect(calls()).toBe(21)
  })

  it.each([
    'not_ready',
    'status',
    'rate_limited',
    'invalid_response',
    'oversized',
    'identity_mismatch',
    'traits',
    'overload',
    'throttled',
  ] as const)(
    'is not opened by %s, which is no outage or may be the doing of a client',
    async (r) => {
      const { fail, unknownCallers, stand } = open()
      fail(r)
      await unknownCallers(['a', 'b', 'c', 'd'])
      expect(await stand({ key: 'e' })).toBe(r)
    },
  )

  it('is not opened by what is no fault of Ory', async () => {
    const app = open()
    app.throw(new Error('a bug'))
    await app.unknownCallers(['a', 'b', 'c'])
    expect(await app.stand({ key: 'd' })).toBe('Error: a bug')
  })

  it.each<[string, Answer]>([
    ['a session', liveAnswer()],
    ['a refusal', { kind: 'refused', ambiguousSince: 0 }],
    ['a step-up', { kind: 'aal_too_low', redirectBrowserTo: undefined }],
  ])('begins to count anew after %s', async (_name, said) => {
    const { fail, answer, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b'])
    answer(said)
    await unknownCallers(['c'])
    fail()
    await unknownCallers(['d', 'e'])
    expect(await stand({ key: 'f' })).toBe('timeout')
    expect(await stand({ key: 'g' })).toBe('circuit_open')
  })

  it('counts no fault of more than ten seconds ago', async () => {
    const { fail, clock, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b'])
    clock.advance(10_000)
    await unknownCallers(['c'])
    expect(await stand({ key: 'd' })).toBe('circuit_open')

    const later = open()
    later.fail()
    await later.unknownCallers(['a', 'b'])
    later.clock.advance(10_001)
    await later.unknownCallers(['c', 'd'])
    expect(await later.stand({ key: 'e' })).toBe('timeout')
  })

  it('opened by unknown callers, lets known callers pass', async () => {
    const { fail, answer, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    answer()
    expect(await stand({ caller: toCaller('i') })).toBe('done')
    // Their answer shows that Ory is well.
    expect(await stand({ key: 'd' })).toBe('done')
  })

  it('is closed for those by no refusal of an unknown caller, who may have made up what was refused', async () => {
    const { fail, answer, known, stand } = open()
    fail()
    await known(['a', 'b', 'c'])
    answer({ kind: 'refused', ambiguousSince: 0 })
    expect(await stand({ key: 'madeUp' })).toBe('done')
    expect(await stand({ caller: toCaller('d') })).toBe('circuit_open')
    answer()
    expect(await stand({ key: 'unknown' })).toBe('done')
    expect(await stand({ caller: toCaller('d') })).toBe('done')
  })

  it('is closed for those by the refusal of one of them', async () => {
    const { fail, answer, clock, known, stand } = open()
    fail()
    await known(['a', 'b', 'c'])
    clock.advance(firstMs)
    answer({ kind: 'refused', ambiguousSince: 0 })
    expect(await stand({ caller: toCaller('d') })).toBe('done')
    expect(await stand({ caller: toCaller('e') })).toBe('done')
  })

  it.each(['invalid_response', 'status', 'oversized', 'traits', 'rate_limited'] as const)(
    'is closed by a trial that came back with %s, for Ory is not away',
    async (reason) => {
      const { fail, answer, clock, unknownCallers, stand } = open()
      fail()
      await unknownCallers(['a', 'b', 'c'])
      clock.advance(firstMs)
      fail(reason)
      expect(await stand({ key: 'd' })).toBe(reason)
      answer()
      expect(await Promise.all([stand({ key: 'e' }), stand({ key: 'f' })])).toEqual([
        'done',
        'done',
      ])
    },
  )

  it('stays half-open after a trial that got no permit', async () => {
    const { fail, hold, clock, unknownCallers, stand, ask } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    fail('overload')
    expect(await stand({ key: 'd' })).toBe('overload')
    const trial = hold()
    const asked = ask(question({ key: 'e' }))
    expect(await stand({ key: 'f' })).toBe('circuit_open')
    trial.resolve(liveAnswer())
    await asked
  })

  it('is opened for those by three users, not by three sessions of one', async () => {
    const { fail, known, stand } = open()
    fail()
    for (const key of ['a', 'b', 'c', 'd']) await stand({ key, caller: toCaller('i') })
    expect(await stand({ key: 'e', caller: toCaller('j') })).toBe('timeout')
    await known(['k'])
    expect(await stand({ caller: toCaller('i') })).toBe('circuit_open')
  })

  it('tells how long it stays open: a second, and up to a quarter more', async () => {
    const seconds: number[] = []
    for (let run = 0; run < 50; run += 1) {
      const { fail, ask, unknownCallers } = open()
      fail()
      await unknownCallers(['a', 'b', 'c'])
      const fault = await ask(question()).catch((error: unknown) => error as Fault)
      seconds.push((fault as Fault).retryAfter!)
    }
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(1)
    expect(Math.max(...seconds)).toBeLessThanOrEqual(1.25)
    // Not all at one moment.
    expect(new Set(seconds).size).toBeGreaterThan(10)
  })

  it('lets one try as soon as its time is over', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0)
    const { fail, clock, unknownCallers, stand, ask } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(999)
    await expect(ask(question({ key: 'd' }))).rejects.toMatchObject({
      message: 'circuit_open',
      retryAfter: 0.001,
    })
    clock.advance(1)
    expect(await stand({ key: 'd' })).toBe('timeout')
  })

  it('lets one question at a time try, then all', async () => {
    const { fail, hold, clock, unknownCallers, stand, ask, calls } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(999)
    expect(await stand({ key: 'd' })).toBe('circuit_open')
    clock.advance(firstMs - 999)
    const trial = hold()
    const asked = ask(question({ key: 'e' }))
    expect(await stand({ key: 'f' })).toBe('circuit_open')
    expect(calls()).toBe(4)
    trial.resolve(liveAnswer())
    await asked
    expect(await stand({ key: 'f' })).toBe('done')
  })

  it('stays open twice as long after each trial that fails, up to eight seconds', async () => {
    const { fail, clock, unknownCallers, stand, calls } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    for (const ms of [1_000, 2_000, 4_000, 8_000, 8_000, 8_000]) {
      const before = calls()
      clock.advance(ms - 1)
      expect(await stand({})).toBe('circuit_open')
      clock.advance(ms / 4 + 1)
      expect(await stand({})).toBe('timeout')
      expect(await stand({})).toBe('circuit_open')
      expect(calls()).toBe(before + 1)
    }
  })

  it('begins with a second again once it was closed', async () => {
    const { fail, answer, clock, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    await unknownCallers(['d'])
    clock.advance(2 * firstMs)
    answer()
    await unknownCallers(['e'])
    fail()
    await unknownCallers(['f', 'g', 'h'])
    clock.advance(firstMs)
    expect(await stand({ key: 'i' })).toBe('timeout')
  })

  it('is not kept open by questions that were asked before it opened', async () => {
    const { ask, fail, hold, clock, unknownCallers, stand } = open()
    const old = hold()
    const asked = ['old 1', 'old 2', 'old 3'].map((key) => ask(question({ key })))
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    old.reject(new Fault('timeout'))
    expect(await standOf(asked)).toEqual(['timeout', 'timeout', 'timeout'])
    // The trial still has its turn.
    expect(await stand({ key: 'd' })).toBe('timeout')
  })

  it.each(['overload', 'throttled', 'invalid_response', 'not_ready'] as const)(
    'gives the trial to the next where the first ends with %s',
    async (reason) => {
      const { fail, answer, clock, unknownCallers, stand } = open()
      fail()
      await unknownCallers(['a', 'b', 'c'])
      clock.advance(firstMs)
      fail(reason)
      expect(await stand({ key: 'd' })).toBe(reason)
      answer()
      expect(await stand({ key: 'e' })).toBe('done')
    },
  )

  it('is not opened by second looks that were not answered in time', async () => {
    const { fail, stand, calls } = open()
    fail()
    for (const key of 'abcd') expect(await stand({ key, isSecondLook: true })).toBe('timeout')
    expect(calls()).toBe(4)
  })

  it.each(['network', 'server_error'] as const)(
    'is opened by second looks that met %s',
    async (reason) => {
      const { fail, stand } = open()
      fail(reason)
      for (const key of 'abc') expect(await stand({ key, isSecondLook: true })).toBe(reason)
      expect(await stand({ key: 'd' })).toBe('circuit_open')
    },
  )

  it.each<[string, (app: ReturnType<typeof open>) => unknown, Partial<WhoamiCall>, string]>([
    [
      'was a second look that came too late',
      ({ fail }) => fail(),
      { isSecondLook: true },
      'timeout',
    ],
    ['met a bug', (app) => app.throw(new Error('a bug')), {}, 'Error: a bug'],
  ])('gives the trial to the next where the first %s', async (_name, meet, members, outcome) => {
    const app = open()
    const { fail, clock, unknownCallers, stand, answer } = app
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    meet(app)
    expect(await stand({ key: 'd', ...members })).toBe(outcome)
    fail()
    // Nor does it close: one more trial, and the next that fails opens it for longer.
    expect(await stand({ key: 'e' })).toBe('timeout')
    answer()
    expect(await stand({ key: 'f' })).toBe('circuit_open')
  })

  it('gives the trial to the next where the first never ends, once its time is up', async () => {
    const { ask, fail, hold, answer, clock, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    hold()
    const deadline = new AbortController()
    void ask(question({ signal: deadline.signal }))
    answer()
    expect(await stand({ key: 'd' })).toBe('circuit_open')
    deadline.abort()
    expect(await stand({ key: 'd' })).toBe('done')
  })

  it('counts an outage that the second question of a trial meets, once the first was answered', async () => {
    const { ask, fail, answer, clock, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    // As where a 401 is in doubt: Ory is asked again, with the same signal.
    const trial = question({ key: 'd' })
    answer({ kind: 'refused', ambiguousSince: 0 })
    await ask(trial)
    fail('network')
    await standOf([ask({ ...trial, isSecondLook: true })])
    fail()
    await unknownCallers(['e', 'f'])
    expect(await stand({ key: 'g' })).toBe('circuit_open')
  })

  it.each(['invalid_response', 'timeout'] as const)(
    'counts the next outage of somebody whose trial came back with %s',
    async (reason) => {
      const { ask, fail, answer, clock, unknownCallers, stand } = open()
      fail()
      await unknownCallers(['a', 'b', 'c'])
      clock.advance(firstMs)
      const again = question({ key: 'd' })
      fail(reason)
      await standOf([ask(again)])
      clock.advance(2 * firstMs)
      answer()
      await stand({ key: 'x' })
      fail()
      await standOf([ask(again)])
      await unknownCallers(['e', 'f'])
      expect(await stand({ key: 'g' })).toBe('circuit_open')
    },
  )

  it('is not left half-open by a clock that throws as the trial fails', async () => {
    const { ask, hold, fail, clock, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    const trial = hold()
    const asked = ask(question({ key: 'd' }))
    const { monotonic } = clock
    clock.monotonic = () => {
      throw new TypeError('out of order')
    }
    trial.reject(new Fault('network'))
    await expect(asked).rejects.toThrow('out of order')
    clock.monotonic = monotonic
    fail('invalid_response')
    expect(await stand({ key: 'e' })).toBe('invalid_response')
  })

  it('is not opened again by a trial that fails long after its deadline', async () => {
    const { ask, fail, hold, answer, clock, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    const late = hold()
    const deadline = new AbortController()
    const asked = ask(question({ signal: deadline.signal }))
    deadline.abort()
    answer()
    expect(await stand({ key: 'd' })).toBe('done')
    late.reject(new Fault('timeout'))
    await expect(asked).rejects.toMatchObject({ reason: 'timeout' })
    expect(await stand({ key: 'e' })).toBe('done')
  })

  it('does not take the end of an earlier trial for that of the one under way', async () => {
    const { ask, fail, hold, clock, unknownCallers, stand } = open()
    fail()
    await unknownCallers(['a', 'b', 'c'])
    clock.advance(firstMs)
    const first = hold()
    const deadline = new AbortController()
    const asked = ask(question({ signal: deadline.signal }))
    deadline.abort()
    const second = hold()
    const next = ask(question())
    first.reject(new Fault('invalid_response'))
    await expect(asked).rejects.toMatchObject({ reason: 'invalid_response' })
    expect(await stand({ key: 'd' })).toBe('circuit_open')
    second.resolve(liveAnswer())
    await next
  })
})
