import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { SessionRequest } from '../../../lib/credential/request-headers.js'
import { createOrySession } from '../../../lib/create-ory-session.js'
import type { OrySession } from '../../../lib/ory-session.js'
import { broken, withDispatcher, withMembers, withOptions, type Create } from '../support/broken.js'
import { createFakeClock } from '../support/fake-clock.js'
import { expectHolds, expectRefuted, runs } from '../support/runs.js'
import { stepsPerSequence } from '../support/sequence.js'
import { finish, sequences, type Real } from './model/commands.js'
import { Model, type Times } from './model/model.js'
import { createWorld, type World } from './model/world.js'

const times: fc.Arbitrary<Times> = fc.oneof(
  fc.constant<Times>({
    cacheTtlMs: 10_000,
    refusalTtlMs: 2_000,
    refreshAhead: 0.8,
    staleIfErrorMs: 0,
  }),
  fc.record({
    cacheTtlMs: fc.constantFrom(1, 4_000, 10_000),
    refusalTtlMs: fc.constantFrom(0, 2_000),
    refreshAhead: fc.constantFrom<number | false>(false, 0.5, 0.8),
    staleIfErrorMs: fc.constantFrom(0, 5_000),
  }),
  fc.constant<Times>({ cacheTtlMs: 0, refusalTtlMs: 2_000, refreshAhead: 0.8, staleIfErrorMs: 0 }),
)

/** The longest that a timer of Node's can run: time stands still but for the clock's. */
const timeoutMs = 2 ** 31 - 1

/** How many steps were taken. */
interface Tally {
  steps: number
}

const behavesAsTheModel = (create: Create, tally: Tally = { steps: 0 }) =>
  fc.asyncProperty(times, sequences, async (chosen, steps) => {
    const clock = createFakeClock()
    const world = createWorld(clock)
    const { dispatcher } = world
    const url = 'http://ory.example'
    // Memory is set aside for `cacheMaxSessions` entries, which takes time.
    const size = { cacheMaxSessions: 100 }
    const ory = create({
      ...size,
      ...chosen,
      url,
      clock,
      dispatcher,
      timeoutMs,
      readinessPath: false,
    })
    const model = new Model(chosen, world, clock)
    const real: Real = { ory, asked: [], delivered: new Set(), failures: [] }
    try {
      for (const step of steps) {
        await step.run(model, real)
        tally.steps += 1
      }
      await finish(model, real)
    } finally {
      await end(world, ory)
    }
  })

/** Leaves nothing under way, whatever went wrong. */
async function end({ calls }: World, ory: OrySession): Promise<void> {
  const closed = ory.close()
  for (let round = 0; round < 5; round += 1) {
    calls.filter(({ ended }) => !ended).forEach((call) => call.answer({ kind: 'refused' }))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await closed
}

const tokenOf = (request: SessionRequest): string | undefined =>
  (request as { headers: { 'x-session-token'?: string } }).headers['x-session-token']

const brokenHere: Record<string, Create> = {
  ...broken,
  'never caches': withOptions(() => ({ cacheTtlMs: 0, staleIfErrorMs: 0 })),
  'caches too short': withOptions(({ cacheTtlMs }) => ({
    cacheTtlMs: Math.max((cacheTtlMs ?? 0) - 1, 1),
  })),
  'passes over what Ory allows': withDispatcher(async (ask) => {
    const reply = await ask()
    delete reply.headers['ory-session-cache-for']
    return reply
  }),
  'forgets refusals': withOptions(() => ({ refusalTtlMs: 0 })),
  'keeps refusals too long': withOptions(({ refusalTtlMs }) => ({
    refusalTtlMs: refusalTtlMs! + 60_000,
  })),
  'never refreshes ahead': withOptions(() => ({ refreshAhead: false })),
  'refreshes too early': withOptions(({ refreshAhead = false }) => ({
    refreshAhead: refreshAhead && 0.1,
  })),
  'mixes up two sessions of a person': withMembers(({ authenticate }) => ({
    authenticate: (request, policy) => {
      const token = tokenOf(request)?.replace('otherSession', 'token')
      return authenticate(
        token === undefined ? request : { headers: { 'x-session-token': token } },
        policy,
      )
    },
  })),
  'hands a renewed cookie to everybody': withMembers(({ authenticate }) => {
    let latest: readonly string[] = []
    return {
      async authenticate(request, policy) {
        const decision = await authenticate(request, policy)
        if (decision.error !== undefined) return decision
        if (decision.setCookie.length > 0) latest = decision.setCookie
        return { ...decision, setCookie: latest }
      },
    }
  }),
}

describe('the cache beside a naive model', () => {
  it('serves what the model would, to whom the model would', async () => {
    const tally: Tally = { steps: 0 }
    await expectHolds(behavesAsTheModel(createOrySession, tally), 2_000)
    expect(tally.steps).toBe(runs(2_000) * stepsPerSequence)
  }, 600_000)

  it.each(Object.entries(brokenHere))(
    'can be distinguished from one that %s',
    async (_title, create) => {
      await expectRefuted(behavesAsTheModel(create))
    },
    60_000,
  )
})
