import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createOrySession, type OrySession } from '../../../lib/instance.js'
import type { Options } from '../../../lib/options/options.js'
import { createFakeClock } from '../support/fake-clock.js'
import { expectHolds, expectRefuted } from '../support/runs.js'
import { plain } from './model/commands.js'
import { Model, type Target, type Times } from './model/model.js'
import { createWorld, requestOf, type Who } from './model/world.js'

type Create = (options: Options) => OrySession
type Step = { readonly ask: Who; readonly fresh: boolean } | { readonly invalidate: Target }

const times: Times = {
  cacheTtlMs: 10_000,
  refusalTtlMs: 2_000,
  refreshAhead: 0.8,
  staleIfErrorMs: 0,
}
const url = 'http://ory.example'

const who = fc.constantFrom<Who>('token', 'cookie', 'otherPerson')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ask: who, fresh: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      invalidate: fc.oneof(
        fc.constantFrom<Target>({ session: 's0' }, { identity: 'i0' }, { identity: 'i1' }),
        who.map((one) => ({ who: one })),
      ),
    }),
  },
)

/** Requests, invalidations and answers in whatever order, down to the single turn. */
const standsRaces = (create: Create) =>
  fc.asyncProperty(
    fc.scheduler(),
    fc.array(step, { minLength: 2, maxLength: 12 }),
    async (scheduler, steps) => {
      const clock = createFakeClock()
      const world = createWorld(clock, (call) => {
        model.pending(call.who)
        void scheduler.schedule(Promise.resolve(), `answer ${String(call.number)}`).then(() => {
          call.answer(plain)
        })
      })
      const model = new Model(times, world, clock)
      const { dispatcher } = world
      const timeoutMs = 2 ** 31 - 1
      const ory = create({ ...times, url, clock, dispatcher, timeoutMs, readiness: false })

      async function run(one: Step): Promise<void> {
        if ('invalidate' in one) {
          const { invalidate: target } = one
          const meant = 'who' in target ? { request: requestOf(target.who) } : target
          const forgotten = ory.invalidate(meant)
          model.invalidate(target)
          await forgotten
          return
        }
        const arrived = world.moment()
        const policy = one.fresh ? { fresh: true } : {}
        const decision = await ory.authenticate(requestOf(one.ask), policy)
        // An `invalidate` may overtake one answer after the other, and then there is none.
        if (decision.error !== undefined) {
          const overtaken = world.calls.filter(
            (call) => call.who === one.ask && model.isOvertaken(call),
          )
          expect(decision.error.code).toBe('authentication_unavailable')
          expect(overtaken.length).toBeGreaterThanOrEqual(3)
          return
        }
        const { session, from } = decision
        const call = world.calls[(session.identity.traits as { number: number }).number]!
        expect(call.who).toBe(one.ask)
        const decidedAt = from === 'cache' ? arrived.order : call.ended!.order
        expect(model.isOvertaken(call, decidedAt)).toBe(false)
        if (one.fresh) expect([from, call.began.order > arrived.order]).toEqual(['upstream', true])
      }

      try {
        const all = steps.map((one, index) =>
          scheduler.schedule(Promise.resolve(), `step ${String(index)}`).then(() => run(one)),
        )
        await scheduler.waitFor(Promise.all(all))
        expect(ory.stats().inFlight).toBe(0)
      } finally {
        world.calls.filter(({ ended }) => !ended).forEach((call) => call.answer(plain))
        await ory.close()
      }
    },
  )

const broken: Record<string, Create> = {
  'lets answers under way bring back what was forgotten': (options) => {
    const ory = createOrySession(options)
    return {
      ...ory,
      invalidate: async (target) => (ory.stats().inFlight === 0 ? ory.invalidate(target) : 0),
    }
  },
  'asks twice at once': (options) => {
    const all = [createOrySession(options), createOrySession(options)] as const
    let turn = 0
    return {
      ...all[0],
      authenticate: (...sent) => all[(turn += 1) % 2 ? 1 : 0].authenticate(...sent),
    }
  },
  'answers the fresh from what is under way': (options) => {
    const ory = createOrySession(options)
    return { ...ory, authenticate: (request) => ory.authenticate(request) }
  },
}

describe('requests, invalidations and answers that race', () => {
  it('never bring back what was forgotten, nor ask twice at once', async () => {
    await expectHolds(standsRaces(createOrySession), 200)
  }, 600_000)

  it.each(Object.entries(broken))(
    'are told from those of one that %s',
    async (_title, create) => {
      await expectRefuted(standsRaces(create))
    },
    60_000,
  )
})
