import { describe, expect, it } from '@jest/globals'
import { toCaller } from '../../../lib/resilience/caller.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import type { WhoamiCall } from '../../../lib/resilience/ory-call.js'
import { Fault } from '../../../lib/shared/fault.js'
import { withOutageGuard } from '../../../lib/resilience/outage-guard.js'
import type { Health } from '../../../lib/ory/readiness.js'
import { createLeanAbortSignal } from '../../../lib/shared/lean-abort-signal.js'
import type { Signal } from '../../../lib/shared/lean-abort-signal.js'
import { createFakeClock } from '../support/fake-clock.js'
import { defer, liveAnswer, question, standOf, type Deferred } from '../ory/question.js'

const live = liveAnswer()
const tooLow: Answer = { kind: 'aal_too_low', redirectBrowserTo: undefined }
const explicit: Answer = { kind: 'refused', ambiguousSince: undefined }
const ambiguous: Answer = { kind: 'refused', ambiguousSince: 77 }
const fault = new Fault('network')

/** Of which the guard waits an eighth at most, for corroboration or between two looks. */
const timeoutMs = 8
const alwaysReady = { ask: async () => 'ready' as const }

/** A guard before an Ory with a line of answers, whose health is `health` or can't be asked. */
function open(answers: (Answer | Fault)[], health: Health | 'not asked') {
  const clock = createFakeClock()
  const asked: { since: number; maxAgeMs: number }[] = []
  const calls: WhoamiCall[] = []
  const readiness = {
    ask: async (since: number, maxAgeMs: number) => {
      asked.push({ since, maxAgeMs })
      return health as Health
    },
  }
  const guard = withOutageGuard(
    async (sent) => {
      calls.push(sent)
      const answer = answers.shift()!
      if (answer instanceof Fault) throw answer
      return answer
    },
    health === 'not asked' ? undefined : readiness,
    { clock, timeoutMs },
  )
  return {
    ask: (identity?: string) => guard(question({ caller: toCaller(identity), isRefresh: true })),
    turn: (to: Health) => {
      health = to
    },
    asked,
    calls,
    clock,
  }
}

/** A guard before an Ory that answers as the test likes, and is ready, whose calls time out late. */
function openSlow(ms = 2_000) {
  const clock = createFakeClock()
  const calls: (Deferred<Answer> & { readonly call: WhoamiCall })[] = []
  const guard = withOutageGuard(
    (call) => {
      const answer = defer<Answer>()
      calls.push({ ...answer, call })
      return answer.promise
    },
    alwaysReady,
    { clock, timeoutMs: ms },
  )
  return {
    clock,
    calls,
    ask: (identity?: string) =>
      guard(question({ key: `key of ${identity}`, caller: toCaller(identity) })),
    async answer(index: number, answer: Answer): Promise<void> {
      calls[index]!.resolve(answer)
      await settle()
    },
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('withOutageGuard', () => {
  it.each<[string, Answer]>([
    ['a session', live],
    ['a level that is too low', tooLow],
    ['an explicit refusal', explicit],
  ])('takes %s as it is', async (_title, answer) => {
    const { ask, asked } = open([answer], 'unready')
    expect(await ask('i')).toBe(answer)
    expect(asked).toEqual([])
  })

  it('hands on a fault', async () => {
    await expect(open([fault], 'ready').ask('i')).rejects.toBe(fault)
  })

  it('believes every 401 if readiness is not to be asked', async () => {
    const { ask, calls } = open([ambiguous], 'not asked')
    expect(await ask('i')).toBe(ambiguous)
    expect(calls).toHaveLength(1)
  })

  it.each([undefined, 'i'])(
    'believes no 401 of an Ory that is not ready (%p)',
    async (identity) => {
      const { ask, calls } = open([ambiguous], 'unready')
      await expect(ask(identity)).rejects.toMatchObject({ reason: 'not_ready' })
      expect(calls).toHaveLength(1)
    },
  )

  it('takes health of a second ago for an unknown caller, and none for a known one', async () => {
    const { ask, asked } = open([ambiguous, ambiguous, ambiguous], 'ready')
    await ask()
    await ask('i')
    expect(asked).toEqual([
      { since: 77, maxAgeMs: 1_000 },
      { since: 77, maxAgeMs: 0 },
      { since: 77, maxAgeMs: 0 },
    ])
  })

  it.each<Health>(['ready', 'unknown'])(
    'asks once more about a known caller, in the foreground, if readiness is %s',
    async (health) => {
      for (const second of [live, ambiguous, explicit, tooLow]) {
        const { ask, calls } = open([ambiguous, second], health)
        expect(await ask('i')).toBe(second)
        expect(calls).toHaveLength(2)
        expect(calls[1]).toEqual({ ...calls[0], isRefresh: false, isSecondLook: true })
        expect(calls[0]).not.toHaveProperty('isSecondLook')
      }
    },
  )

  it('asks once about an unknown caller while nothing is wrong', async () => {
    const { ask, calls } = open([ambiguous], 'ready')
    expect(await ask()).toBe(ambiguous)
    expect(calls).toHaveLength(1)
  })

  it.each(['timeout', 'network', 'server_error', 'rate_limited', 'circuit_open'] as const)(
    'does not take a second look that meets %s for an Ory that is away',
    async (reason) => {
      const met = new Fault(reason, 'so', 7)
      await expect(open([ambiguous, met], 'ready').ask('i')).rejects.toMatchObject({
        reason: 'ambiguous_401',
        message: `ambiguous_401: ${reason}: so`,
        retryAfter: 7,
      })
    },
  )

  it('hands on an error that is no fault', async () => {
    const error = new Error('a clock of the application')
    const answers = [Promise.resolve(ambiguous), Promise.reject(error)]
    const guard = withOutageGuard(() => answers.shift()!, alwaysReady, {
      clock: createFakeClock(),
      timeoutMs,
    })
    await expect(guard(question({ caller: toCaller('i') }))).rejects.toBe(error)
  })

  it('believes no second 401 either if Ory is not ready any more', async () => {
    const healths: Health[] = ['ready', 'unready']
    const guard = withOutageGuard(
      async () => ambiguous,
      { ask: async () => healths.shift()! },
      { clock: createFakeClock(), timeoutMs },
    )
    await expect(guard(question({ caller: toCaller('i') }))).rejects.toMatchObject({
      reason: 'not_ready',
    })
    expect(healths).toEqual([])
  })

  describe('when the time is up', () => {
    /** What a known caller's 401 meets, step by step, and which of these has not come by then. */
    it.each([
      ['readiness', 1],
      ['the second look', 2],
    ])('says that a 401 is ambiguous, not that Ory is away: before %s', async (_name, step) => {
      const steps = [0, 1, 2, 3].map(() => defer<undefined>())
      let at = 0
      const source = createLeanAbortSignal()
      const guard = withOutageGuard(
        () => steps[at++]!.promise.then(() => ambiguous),
        { ask: () => steps[at++]!.promise.then(() => 'ready' as const) },
        { clock: createFakeClock(), timeoutMs },
      )
      const asking = guard(question({ caller: toCaller('i'), signal: source.signal }))
      for (const { resolve } of steps.slice(0, step)) resolve(undefined)
      expect(await standOf([asking])).toEqual(['pending'])
      expect(at).toBe(step + 1)
      source.abort(new Fault('timeout'))
      expect(await standOf([asking])).toEqual(['ambiguous_401'])
      await expect(asking).rejects.toThrow('ambiguous_401: not confirmed in time')
    })

    it('says so while a 401 waits for corroboration, too', async () => {
      const source = createLeanAbortSignal()
      const guard = withOutageGuard(async () => ambiguous, alwaysReady, {
        clock: createFakeClock(),
        timeoutMs: 2_000,
      })
      const asking = guard(question({ caller: toCaller('i'), signal: source.signal }))
      expect(await standOf([asking])).toEqual(['pending'])
      source.abort(new Fault('timeout'))
      expect(await standOf([asking])).toEqual(['ambiguous_401'])
    })

    it('listens to a signal that is a real one', async () => {
      const controller = new AbortController()
      const guard = withOutageGuard(
        async () => ambiguous,
        { ask: () => new Promise(() => undefined) },
        { clock: createFakeClock(), timeoutMs },
      )
      const asking = guard(question({ signal: controller.signal }))
      expect(await standOf([asking])).toEqual(['pending'])
      controller.abort()
      expect(await standOf([asking])).toEqual(['ambiguous_401'])
    })

    it('says that the time is up if the 401 has not come either', async () => {
      const answer = defer<Answer>()
      const source = createLeanAbortSignal()
      const guard = withOutageGuard(() => answer.promise, alwaysReady, {
        clock: createFakeClock(),
        timeoutMs,
      })
      const asking = guard(question({ caller: toCaller('i'), signal: source.signal }))
      source.abort(new Fault('timeout'))
      answer.reject(source.signal.reason)
      expect(await standOf([asking])).toEqual(['timeout'])
    })

    it('asks no more', async () => {
      const controller = new AbortController()
      let calls = 0
      const guard = withOutageGuard(
        async () => {
          calls += 1
          return ambiguous
        },
        {
          async ask() {
            await Promise.resolve()
            controller.abort()
            return 'ready'
          },
        },
        { clock: createFakeClock(), timeoutMs },
      )
      const asking = guard(question({ caller: toCaller('i'), signal: controller.signal }))
      await expect(asking).rejects.toMatchObject({ reason: 'ambiguous_401' })
      await settle()
      expect(calls).toBe(1)
    })
  })

  it('leaves no listener on a signal once it has answered', async () => {
    const listeners = new Set<unknown>()
    const signal: Signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (type: string, listener) =>
        type === 'abort' && listeners.delete(listener),
    }
    for (const health of ['ready', 'unready'] as const) {
      const answers = [ambiguous, ambiguous]
      const guard = withOutageGuard(
        async () => answers.shift()!,
        { ask: async () => health },
        { clock: createFakeClock(), timeoutMs },
      )
      const asking = guard(question({ caller: toCaller('i'), signal }))
      await Promise.resolve()
      expect(listeners.size).toBe(1)
      await asking.catch(() => undefined)
      await settle()
      expect(listeners.size).toBe(0)
    }
  })

  describe('in the minute after a sign of trouble', () => {
    it('asks once more about an unknown caller, and twice more about a known one', async () => {
      const answers = [ambiguous, ambiguous, live, ...Array<Answer>(5).fill(ambiguous), ambiguous]
      const { ask, turn, calls, asked, clock } = open(answers, 'unready')
      await expect(ask()).rejects.toMatchObject({ reason: 'not_ready' })
      turn('ready')
      clock.advance(59_999)
      expect(await ask()).toBe(live)
      expect(calls).toHaveLength(3)
      expect(await ask()).toBe(ambiguous)
      expect(calls).toHaveLength(5)
      // Made-up credentials must not cost more than one readiness call a second.
      expect(asked.map(({ maxAgeMs }) => maxAgeMs)).toEqual([1_000, 1_000, 1_000, 1_000])
      expect(await ask('i')).toBe(ambiguous)
      expect(calls).toHaveLength(8)
      // A 401 that was taken back is a sign, too.
      clock.advance(60_000)
      await ask()
      expect(calls).toHaveLength(9)
    })

    it.each<[string, (Answer | Fault)[], string | undefined]>([
      ['a timeout', [new Fault('timeout')], undefined],
      ['a broken connection', [new Fault('network')], undefined],
      ['a 5xx', [new Fault('server_error')], undefined],
      ['a 401 of a database that fails', [new Fault('not_ready')], undefined],
      ['a second look that met a broken connection', [ambiguous, new Fault('network')], 'i'],
      ['a 401 of a known caller that was taken back', [ambiguous, live], 'i'],
      ['a 401 that was taken back by a level that is too low', [ambiguous, tooLow], 'i'],
    ])('which may be %s', async (_name, answers, identity) => {
      const { ask, calls } = open([...answers, ambiguous, ambiguous], 'ready')
      await ask(identity).catch(() => undefined)
      const before = calls.length
      expect(await ask()).toBe(ambiguous)
      expect(calls.slice(before)).toHaveLength(2)
    })

    it.each<[string, (Answer | Fault)[], string | undefined]>([
      ['a second look with too little time left', [ambiguous, new Fault('timeout')], 'i'],
      ['a second look that met an invalid response', [ambiguous, new Fault('status')], 'i'],
      ['an invalid response', [new Fault('invalid_response')], undefined],
      ['a 401 that became an explicit refusal', [ambiguous, explicit], 'i'],
      ['a logout', [ambiguous, ambiguous], 'i'],
    ])('which is not %s', async (_name, answers, identity) => {
      const { ask, calls } = open([...answers, ambiguous], 'ready')
      await ask(identity).catch(() => undefined)
      const before = calls.length
      expect(await ask()).toBe(ambiguous)
      expect(calls.slice(before)).toHaveLength(1)
    })

    it('asks four times more about everybody once two 401s were taken back', async () => {
      const slow = openSlow(timeoutMs)
      for (const identity of ['a', 'b']) {
        const asking = slow.ask(identity)
        await slow.answer(slow.calls.length - 1, ambiguous)
        while (slow.calls.at(-1)!.call.isSecondLook !== true) await settle()
        await slow.answer(slow.calls.length - 1, live)
        expect(await asking).toBe(live)
      }
      for (const identity of [undefined, 'c']) {
        const before = slow.calls.length
        const asking = slow.ask(identity)
        const progress = { isDone: false }
        void asking.then(() => (progress.isDone = true))
        for (let index = before; !progress.isDone; await settle()) {
          if (index < slow.calls.length) await slow.answer(index++, ambiguous)
        }
        expect(slow.calls.slice(before)).toHaveLength(5)
      }
    })

    it('counts a sign that comes while readiness is asked', async () => {
      const answers = [ambiguous, new Fault('server_error'), live]
      let tell: ((health: Health) => void) | undefined
      const readiness = { ask: () => new Promise<Health>((resolve) => (tell = resolve)) }
      const guard = withOutageGuard(
        async () => {
          const answer = answers.shift()!
          if (answer instanceof Fault) throw answer
          return answer
        },
        readiness,
        { clock: createFakeClock(), timeoutMs },
      )
      const asking = guard(question())
      await Promise.resolve()
      await Promise.resolve()
      expect(tell).toBeDefined()
      await expect(guard(question())).rejects.toMatchObject({ reason: 'server_error' })
      tell!('ready')
      expect(await asking).toBe(live)
    })

    it.each<[string, string | undefined, number]>([
      ['an unknown', undefined, 2],
      ['a known', 'i', 3],
    ])(
      'counts a sign whose minute ends while readiness is asked about %s caller',
      async (...row) => {
        const [, identity, looks] = row
        const clock = createFakeClock()
        const answers = [new Fault('server_error'), ...Array<Answer>(looks).fill(ambiguous)]
        const readiness = {
          async ask() {
            clock.advance(2)
            return 'ready' as const
          },
        }
        const guard = withOutageGuard(
          async () => {
            const answer = answers.shift()!
            if (answer instanceof Fault) throw answer
            return answer
          },
          readiness,
          { clock, timeoutMs },
        )
        await expect(guard(question())).rejects.toMatchObject({ reason: 'server_error' })
        clock.advance(59_999)
        expect(await guard(question({ caller: toCaller(identity) }))).toBe(ambiguous)
        expect(answers).toEqual([])
      },
    )
  })

  describe.each<Health>(['ready', 'unknown'])(
    'by the rule of three, while readiness is %s',
    (health) => {
      it('believes no 401 once three identities turned 401', async () => {
        const { ask, clock } = open(Array<Answer>(40).fill(ambiguous), health)
        expect(await ask('a')).toBe(ambiguous)
        expect(await ask('b')).toBe(ambiguous)
        await expect(ask('c')).rejects.toMatchObject({ reason: 'ambiguous_401' })
        await expect(ask('d')).rejects.toMatchObject({ reason: 'ambiguous_401' })
        await expect(ask()).rejects.toMatchObject({ reason: 'ambiguous_401' })
        // A mass revocation ends in 401s.
        clock.advance(10_000)
        for (const identity of ['a', 'b', 'c', 'd', undefined]) {
          expect(await ask(identity)).toBe(ambiguous)
        }
      })

      it('believes two 401s at once when it has ended, and of all at once', async () => {
        const slow = openSlow()
        const turned = Promise.allSettled(['a', 'b', 'c'].map((identity) => slow.ask(identity)))
        for (let index = 0; index < 6; index += 1) {
          while (slow.calls[index] === undefined) await settle()
          await slow.answer(index, ambiguous)
        }
        expect((await turned).map(({ status }) => status)).toEqual(Array(3).fill('rejected'))

        slow.clock.advance(10_000)
        const asking = ['d', 'e', 'f', 'g'].map((identity) => slow.ask(identity))
        // No pause, no wait and no line, each of which would take a turn of a timer or an answer.
        for (let index = 6; index < 10; index += 1) await slow.answer(index, ambiguous)
        expect(slow.calls).toHaveLength(14)
        for (let index = 10; index < 14; index += 1) await slow.answer(index, ambiguous)
        expect(await standOf(asking)).toEqual(Array(4).fill('done'))
      })

      it('asks twice about an unknown caller when it has ended, because that is a sign', async () => {
        const { ask, calls, clock } = open(Array<Answer>(20).fill(ambiguous), health)
        await Promise.allSettled(['a', 'b', 'c'].map((identity) => ask(identity)))
        clock.advance(10_000)
        const before = calls.length
        expect(await ask()).toBe(ambiguous)
        expect(calls.length - before).toBe(2)
      })

      it('looks once more while it holds, because no number of 401s would count', async () => {
        const { ask, calls } = open(Array<Answer>(40).fill(ambiguous), health)
        await Promise.allSettled(['a', 'b', 'c'].map((identity) => ask(identity)))
        const before = calls.length
        await expect(ask('d')).rejects.toMatchObject({ reason: 'ambiguous_401' })
        expect(calls.length - before).toBe(2)
      })

      it('refuses none of many that turn 401 at once', async () => {
        const { ask } = open(Array<Answer>(40).fill(ambiguous), health)
        const asked = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((identity) => ask(identity))
        const ends = await Promise.allSettled(asked)
        expect(ends.map(({ status }) => status)).toEqual(Array(8).fill('rejected'))
      })

      it.each<[string, Answer]>([
        ['a session', live],
        ['a level that is too low', tooLow],
        ['an explicit refusal', explicit],
      ])('starts anew with %s of a known caller', async (_title, answer) => {
        const two = [ambiguous, ambiguous]
        const { ask } = open([...two, ...two, answer, ...two, ...two, ...two, ambiguous], health)
        await ask('a')
        await ask('b')
        await ask('x')
        expect(await ask('c')).toBe(ambiguous)
        expect(await ask('d')).toBe(ambiguous)
        await expect(ask('e')).rejects.toMatchObject({ reason: 'ambiguous_401' })
      })

      it('does not start anew with the session of an unknown caller', async () => {
        const two = [ambiguous, ambiguous]
        const { ask } = open([...two, ...two, live, ...two, ambiguous], health)
        await ask('a')
        await ask('b')
        await ask()
        await expect(ask('c')).rejects.toMatchObject({ reason: 'ambiguous_401' })
      })
    },
  )

  describe('a 401 of a known caller', () => {
    /** Both looks at it have ended. */
    async function turnTwice(
      { calls, ask, answer }: ReturnType<typeof openSlow>,
      identity: string,
    ) {
      const asking = ask(identity)
      const second = calls.length
      await answer(second - 1, ambiguous)
      while (calls.length === second) await settle()
      await answer(second, ambiguous)
      return asking
    }

    it('waits for others to turn 401, too', async () => {
      const slow = openSlow()
      const first = turnTwice(slow, 'a')
      await settle()
      const second = turnTwice(slow, 'b')
      await settle()
      expect(await standOf([first, second])).toEqual(['pending', 'pending'])
      const third = slow.ask('c')
      const all = Promise.allSettled([first, second, third])
      const progress = { isDone: false }
      void all.then(() => (progress.isDone = true))
      for (let index = 4; !progress.isDone; await settle()) {
        if (index < slow.calls.length) await slow.answer(index++, ambiguous)
      }
      const ends = await standOf([first, second, third])
      expect(ends).toEqual(Array(3).fill('ambiguous_401'))
    })

    it('is believed at once when another known caller is live that was asked after it', async () => {
      const slow = openSlow()
      const asking = turnTwice(slow, 'a')
      await settle()
      void slow.ask('b')
      await slow.answer(2, live)
      expect(await standOf([asking])).toEqual(['done'])
    })

    it.each<[string, string | undefined]>([
      ['of its own identity', 'a'],
      ['of an unknown caller', undefined],
    ])('is not believed for a session %s', async (_name, identity) => {
      const slow = openSlow()
      const asking = turnTwice(slow, 'a')
      await settle()
      void slow.ask(identity)
      await slow.answer(2, live)
      expect(await standOf([asking])).toEqual(['pending'])
      expect(await asking).toBe(ambiguous)
    })

    it('is not believed for a session that was asked about before it', async () => {
      const slow = openSlow()
      void slow.ask('b')
      const asking = slow.ask('a')
      await slow.answer(1, ambiguous)
      await slow.answer(2, ambiguous)
      await slow.answer(0, live)
      expect(await standOf([asking])).toEqual(['pending'])
      expect(await asking).toBe(ambiguous)
    })

    it('is not believed at once after a sign of trouble', async () => {
      const slow = openSlow(timeoutMs)
      void slow.ask('x').catch(() => undefined)
      slow.calls[0]!.reject(new Fault('network'))
      const asking = slow.ask('a')
      for (let index = 1; index < 4; index += 1) {
        while (slow.calls[index] === undefined) await settle()
        await slow.answer(index, ambiguous)
      }
      expect(await asking).toBe(ambiguous)
      expect(slow.calls).toHaveLength(4)
    })
  })
})
