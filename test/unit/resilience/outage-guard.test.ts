import { describe, expect, it } from '@jest/globals'
import type { Answer, Question } from '../../../lib/ory/whoami-answer.js'
import { Fault } from '../../../lib/shared/fault.js'
import type { SessionFaultReason } from '../../../lib/shared/fault.js'
import { withOutageGuard } from '../../../lib/resilience/outage-guard.js'
import type { Health } from '../../../lib/ory/readiness.js'
import { createSignal } from '../../../lib/shared/lean-abort-signal.js'
import type { Signal } from '../../../lib/shared/lean-abort-signal.js'
import { createFakeClock } from '../support/fake-clock.js'
import { defer, liveAnswer, question, standOf } from '../ory/question.js'

const live = liveAnswer()
const tooLow: Answer = { kind: 'aal_too_low', redirectBrowserTo: undefined }
const inSoManyWords: Answer = { kind: 'refused', doubtfulSince: undefined }
const doubtful: Answer = { kind: 'refused', doubtfulSince: 77 }
const fault = new Fault('network')

/** A guard before an Ory with a line of answers, whose health is `health` or can't be asked. */
function open(answers: (Answer | Fault)[], health: Health | 'not asked') {
  const clock = createFakeClock()
  const asked: { since: number; maxAgeMs: number }[] = []
  const questions: Question[] = []
  const readiness = {
    ask: async (since: number, maxAgeMs: number) => {
      asked.push({ since, maxAgeMs })
      return health as Health
    },
  }
  const guard = withOutageGuard(
    async (sent) => {
      questions.push(sent)
      const answer = answers.shift()!
      if (answer instanceof Fault) throw answer
      return answer
    },
    health === 'not asked' ? undefined : readiness,
    clock,
  )
  return {
    ask: (recentIdentity?: string) => guard(question({ recentIdentity, isRefresh: true })),
    turn: (to: Health) => {
      health = to
    },
    asked,
    questions,
    clock,
  }
}

describe('withOutageGuard', () => {
  it.each<[string, Answer]>([
    ['a session', live],
    ['a level that is too low', tooLow],
    ['a refusal in so many words', inSoManyWords],
  ])('takes %s as it is', async (_title, answer) => {
    const { ask, asked } = open([answer], 'unready')
    expect(await ask('i')).toBe(answer)
    expect(asked).toEqual([])
  })

  it('hands on a fault', async () => {
    await expect(open([fault], 'ready').ask('i')).rejects.toBe(fault)
  })

  it('believes every 401 where readiness is not to be asked', async () => {
    const { ask, questions } = open([doubtful], 'not asked')
    expect(await ask('i')).toBe(doubtful)
    expect(questions).toHaveLength(1)
  })

  it.each([undefined, 'i'])(
    'believes no 401 of an Ory that is not ready (%p)',
    async (identity) => {
      const { ask, questions } = open([doubtful], 'unready')
      await expect(ask(identity)).rejects.toMatchObject({ reason: 'not_ready' })
      expect(questions).toHaveLength(1)
    },
  )

  it('takes health from a second ago for who was not live, and none for who was', async () => {
    const { ask, asked } = open([doubtful, doubtful, doubtful], 'ready')
    await ask()
    await ask('i')
    expect(asked).toEqual([
      { since: 77, maxAgeMs: 1_000 },
      { since: 77, maxAgeMs: 0 },
      { since: 77, maxAgeMs: 0 },
    ])
  })

  it('asks once more about who was live moments ago, in the foreground', async () => {
    for (const second of [live, doubtful, inSoManyWords, tooLow]) {
      const { ask, questions } = open([doubtful, second], 'ready')
      expect(await ask('i')).toBe(second)
      expect(questions).toHaveLength(2)
      expect(questions[1]).toEqual({ ...questions[0], isRefresh: false, isSecondLook: true })
      expect(questions[0]).not.toHaveProperty('isSecondLook')
    }
  })

  it.each(['timeout', 'network', 'server_error', 'rate_limited', 'circuit_open'] as const)(
    'does not take a second look that meets %s for an Ory that is away',
    async (reason) => {
      const met = new Fault(reason, 'so', 7)
      await expect(open([doubtful, met], 'ready').ask('i')).rejects.toMatchObject({
        reason: 'ambiguous_401',
        message: `doubtful: ${reason}: so`,
        retryAfter: 7,
      })
    },
  )

  it('is wary after a second look that met an outage', async () => {
    const { ask, questions } = open([doubtful, new Fault('network'), doubtful, live], 'ready')
    await expect(ask('i')).rejects.toMatchObject({ reason: 'ambiguous_401' })
    expect(await ask()).toBe(live)
    expect(questions).toHaveLength(4)
  })

  it.each<[string, SessionFaultReason]>([
    ['had too little time left', 'timeout'],
    ['met what a client can bring about', 'invalid_response'],
  ])('is not made wary by a second look that %s', async (_name, reason) => {
    const { ask, questions } = open([doubtful, new Fault(reason), doubtful], 'ready')
    await expect(ask('i')).rejects.toMatchObject({ reason: 'ambiguous_401' })
    expect(await ask()).toBe(doubtful)
    expect(questions).toHaveLength(3)
  })

  it('hands on what is no fault', async () => {
    const error = new Error('a clock of the application')
    const answers = [Promise.resolve(doubtful), Promise.reject(error)]
    const guard = withOutageGuard(
      () => answers.shift()!,
      { ask: async () => 'ready' },
      createFakeClock(),
    )
    await expect(guard(question({ recentIdentity: 'i' }))).rejects.toBe(error)
  })

  /** What a person's 401 meets, step by step, and which of these has not come when the time is up. */
  it.each([
    ['readiness', 1],
    ['the second look', 2],
    ['readiness once more', 3],
  ])('does not say of a 401 that Ory gave no answer in time, but for %s', async (_name, step) => {
    const steps = [0, 1, 2, 3].map(() => defer<undefined>())
    let at = 0
    const source = createSignal()
    const guard = withOutageGuard(
      () => steps[at++]!.promise.then(() => doubtful),
      { ask: () => steps[at++]!.promise.then(() => 'ready' as const) },
      createFakeClock(),
    )
    const asking = guard(question({ recentIdentity: 'i', signal: source.signal }))
    for (const { resolve } of steps.slice(0, step)) resolve(undefined)
    expect(await standOf([asking])).toEqual(['pending'])
    expect(at).toBe(step + 1)
    source.abort(new Fault('timeout'))
    expect(await standOf([asking])).toEqual(['ambiguous_401'])
    await expect(asking).rejects.toThrow('doubtful: not told in time')
  })

  it('heeds a signal that is a real one', async () => {
    const controller = new AbortController()
    const guard = withOutageGuard(
      async () => doubtful,
      { ask: () => new Promise(() => undefined) },
      createFakeClock(),
    )
    const asking = guard(question({ signal: controller.signal }))
    expect(await standOf([asking])).toEqual(['pending'])
    controller.abort()
    expect(await standOf([asking])).toEqual(['ambiguous_401'])
  })

  it('says that the time is up where the 401 has not come either', async () => {
    const answer = defer<Answer>()
    const source = createSignal()
    const guard = withOutageGuard(
      () => answer.promise,
      { ask: async () => 'ready' },
      createFakeClock(),
    )
    const asking = guard(question({ recentIdentity: 'i', signal: source.signal }))
    source.abort(new Fault('timeout'))
    answer.reject(source.signal.reason)
    expect(await standOf([asking])).toEqual(['timeout'])
  })

  it('leaves nothing with a signal once it has told', async () => {
    const listeners = new Set<unknown>()
    const signal: Signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (_type, listener) => listeners.add(listener),
      removeEventListener: (type: string, listener) =>
        type === 'abort' && listeners.delete(listener),
    }
    for (const health of ['ready', 'unready'] as const) {
      const answers = [doubtful, doubtful]
      const guard = withOutageGuard(
        async () => answers.shift()!,
        { ask: async () => health },
        createFakeClock(),
      )
      const asking = guard(question({ recentIdentity: 'i', signal }))
      await Promise.resolve()
      expect(listeners.size).toBe(1)
      expect(await standOf([asking])).toEqual([health === 'ready' ? 'done' : 'not_ready'])
      expect(listeners.size).toBe(0)
    }
  })

  it('does not ask once more about who was not live', async () => {
    const { ask, questions } = open([doubtful], 'ready')
    expect(await ask()).toBe(doubtful)
    expect(questions).toHaveLength(1)
  })

  it('believes no second 401 either where Ory is not ready any more', async () => {
    const healths: Health[] = ['ready', 'unready']
    const guard = withOutageGuard(
      async () => doubtful,
      { ask: async () => healths.shift()! },
      createFakeClock(),
    )
    await expect(guard(question({ recentIdentity: 'i' }))).rejects.toMatchObject({
      reason: 'not_ready',
    })
    expect(healths).toEqual([])
  })

  it('asks once more about everybody in the minute after Ory was not ready', async () => {
    const { ask, turn, questions, asked, clock } = open(
      [doubtful, doubtful, live, doubtful, doubtful, doubtful],
      'unready',
    )
    await expect(ask()).rejects.toMatchObject({ reason: 'not_ready' })
    turn('ready')
    clock.advance(59_999)
    expect(await ask()).toBe(live)
    expect(questions).toHaveLength(3)
    expect(await ask()).toBe(doubtful)
    expect(questions).toHaveLength(5)
    // Junk must not cost more than one look a second.
    expect(asked.map(({ maxAgeMs }) => maxAgeMs)).toEqual([1_000, 1_000, 1_000, 1_000])
    clock.advance(1)
    await ask()
    expect(questions).toHaveLength(6)
  })

  it.each(['timeout', 'network', 'server_error'] as const)(
    'asks once more about everybody after the outage %s too',
    async (reason) => {
      const { ask, questions } = open([new Fault(reason), doubtful, live], 'ready')
      await expect(ask()).rejects.toMatchObject({ reason })
      expect(await ask()).toBe(live)
      expect(questions).toHaveLength(3)
    },
  )

  it('asks once more about who was refused in an outage that others met meanwhile', async () => {
    const answers = [doubtful, new Fault('server_error'), live]
    let tell: ((health: Health) => void) | undefined
    const readiness = { ask: () => new Promise<Health>((resolve) => (tell = resolve)) }
    const guard = withOutageGuard(
      async () => {
        const answer = answers.shift()!
        if (answer instanceof Fault) throw answer
        return answer
      },
      readiness,
      createFakeClock(),
    )
    const asking = guard(question())
    await Promise.resolve()
    await Promise.resolve()
    expect(tell).toBeDefined()
    await expect(guard(question())).rejects.toMatchObject({ reason: 'server_error' })
    tell!('ready')
    expect(await asking).toBe(live)
  })

  it('is as wary after a readiness call that took long', async () => {
    const clock = createFakeClock()
    const answers = [doubtful, doubtful, live]
    const healths: Health[] = ['unready', 'ready']
    const guard = withOutageGuard(
      async () => answers.shift()!,
      {
        async ask() {
          clock.advance(40_000)
          return healths.shift()!
        },
      },
      clock,
    )
    await expect(guard(question())).rejects.toMatchObject({ reason: 'not_ready' })
    clock.advance(30_000)
    expect(await guard(question())).toBe(live)
  })

  it('is not made wary by what a client can bring about', async () => {
    const { ask } = open([new Fault('invalid_response'), doubtful], 'ready')
    await expect(ask()).rejects.toMatchObject({ reason: 'invalid_response' })
    expect(await ask()).toBe(doubtful)
  })

  describe('where there is no readiness to ask', () => {
    it('goes by the rule of three', async () => {
      const { ask, clock } = open(Array<Answer>(7).fill(doubtful), 'unknown')
      expect(await ask('a')).toBe(doubtful)
      expect(await ask('b')).toBe(doubtful)
      await expect(ask('c')).rejects.toMatchObject({ reason: 'ambiguous_401' })
      await expect(ask()).rejects.toMatchObject({ reason: 'ambiguous_401' })
      clock.advance(10_000)
      expect(await ask()).toBe(doubtful)
    })

    it.each<[string, Answer]>([
      ['a session', live],
      ['a level that is too low', tooLow],
      ['a refusal in so many words', inSoManyWords],
    ])('is reassured by %s', async (_title, answer) => {
      const line = [doubtful, doubtful, answer, doubtful, doubtful, doubtful, answer, doubtful]
      const { ask } = open(line, 'unknown')
      await ask('a')
      await ask('b')
      await ask('x')
      expect(await ask('c')).toBe(doubtful)
      expect(await ask('d')).toBe(doubtful)
      await expect(ask('e')).rejects.toMatchObject({ reason: 'ambiguous_401' })
      await ask('x')
      expect(await ask()).toBe(doubtful)
    })
  })

  describe('where readiness can be asked only after a while', () => {
    /** A guard that two people's 401 have made wary; of a third one's `second` is the second answer. */
    function openWary(second: Answer, healthThen: Health[] = []) {
      const answers = [doubtful, doubtful, doubtful, second, doubtful]
      const healths: Health[] = ['unknown', 'unknown', 'ready', ...healthThen, 'unknown']
      const guard = withOutageGuard(
        async () => answers.shift()!,
        { ask: async () => healths.shift()! },
        createFakeClock(),
      )
      return (recentIdentity: string) => guard(question({ recentIdentity }))
    }

    it('is reassured by a second answer that is a session', async () => {
      const ask = openWary(live)
      await ask('a')
      await ask('b')
      expect(await ask('c')).toBe(live)
      expect(await ask('d')).toBe(doubtful)
    })

    it('is not reassured by a second 401', async () => {
      const ask = openWary(doubtful, ['ready'])
      await ask('a')
      await ask('b')
      expect(await ask('c')).toBe(doubtful)
      await expect(ask('d')).rejects.toMatchObject({ reason: 'ambiguous_401' })
    })
  })
})
