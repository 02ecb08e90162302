import { describe, it } from '@jest/globals'
import fc from 'fast-check'
import type { Dispatcher } from 'undici'
import type { AnyRequest, Authentication } from '../../../lib/authenticate.js'
import { SessionError } from '../../../lib/denial/errors.js'
import { createOrySession, type OrySession } from '../../../lib/instance.js'
import type { Options } from '../../../lib/options/options.js'
import { createFakeClock } from '../support/fake-clock.js'
import { expectHolds, expectRefuted } from '../support/runs.js'
import { commands, finish, type Real } from './model/commands.js'
import { Model, type Times } from './model/model.js'
import { createWorld, type World } from './model/world.js'

type Denial = Extract<Authentication, { error: SessionError }>
type Grant = Exclude<Authentication, Denial>
type Create = (options: Options) => OrySession

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

const behavesAsTheModel = (create: Create) =>
  fc.asyncProperty(times, commands, async (chosen, list) => {
    const clock = createFakeClock()
    const world = createWorld(clock)
    const { dispatcher } = world
    const url = 'http://ory.example'
    const ory = create({ ...chosen, url, clock, dispatcher, timeoutMs, readiness: false })
    const model = new Model(chosen, world, clock)
    const real: Real = { ory, asked: [], delivered: new Set(), failures: [] }
    try {
      await fc.asyncModelRun(() => ({ model, real }), list)
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

/** The true instance with other options than it was given. */
const withOptions =
  (change: (options: Options) => Options): Create =>
  (options) =>
    createOrySession({ ...options, ...change(options) })

/** The true instance with other members. */
const withMembers =
  (change: (ory: OrySession, options: Options) => Partial<OrySession>): Create =>
  (options) => {
    const ory = createOrySession(options)
    return { ...ory, ...change(ory, options) }
  }

/** The true instance behind a dispatcher that changes what Ory says. */
const withHeaders = (change: (headers: Record<string, unknown>) => void): Create =>
  withOptions(({ dispatcher }) => ({
    dispatcher: Object.assign(Object.create(dispatcher!), {
      request: (...sent: Parameters<Dispatcher['request']>) =>
        dispatcher!.request(...sent).then((reply) => {
          change(reply.headers)
          return reply
        }),
    }) as Dispatcher,
  }))

const tokenOf = (request: AnyRequest): string | undefined =>
  (request.headers as { 'x-session-token'?: string })['x-session-token']

const broken: Record<string, Create> = {
  'never caches': withOptions(() => ({ cacheTtlMs: 0, staleIfErrorMs: 0 })),
  'caches too long': withOptions(({ cacheTtlMs }) => ({ cacheTtlMs: (cacheTtlMs ?? 0) + 1 })),
  'caches too short': withOptions(({ cacheTtlMs }) => ({
    cacheTtlMs: Math.max((cacheTtlMs ?? 0) - 1, 1),
  })),
  'looks at the wall clock alone': withOptions(({ clock }) => ({
    clock: { now: () => clock!.now(), monotonic: () => clock!.now() },
  })),
  'looks at the monotonic clock alone': withOptions(({ clock }) => {
    const offset = clock!.now() - clock!.monotonic()
    return {
      clock: { now: () => clock!.monotonic() + offset, monotonic: () => clock!.monotonic() },
    }
  }),
  'passes over what Ory allows': withHeaders((headers) => delete headers['ory-session-cache-for']),
  'forgets refusals': withOptions(() => ({ refusalTtlMs: 0 })),
  'keeps refusals too long': withOptions(({ refusalTtlMs }) => ({
    refusalTtlMs: refusalTtlMs! + 60_000,
  })),
  'never refreshes ahead': withOptions(() => ({ refreshAhead: false })),
  'refreshes too early': withOptions(({ refreshAhead = false }) => ({
    refreshAhead: refreshAhead && 0.1,
  })),
  'has grace that nobody asked for': withOptions(({ cacheTtlMs, staleIfErrorMs }) => ({
    staleIfErrorMs: cacheTtlMs === 0 ? 0 : staleIfErrorMs! + 60_000,
  })),
  'forgets nothing': withMembers(() => ({ invalidate: async () => 0 })),
  'forgets sessions alone': withMembers(({ invalidate }) => ({
    invalidate: async (target) => ('session' in target ? invalidate(target) : 0),
  })),
  'lets answers under way bring back what was forgotten': withMembers(({ invalidate, stats }) => ({
    invalidate: async (target) => (stats().inFlight === 0 ? invalidate(target) : 0),
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
  'asks twice at once': (options) => {
    const all = [createOrySession(options), createOrySession(options)]
    let turn = 0
    return {
      ...all[0]!,
      authenticate: (...sent) => all[(turn += 1) % 2]!.authenticate(...sent),
      invalidate: async (target) =>
        (await Promise.all(all.map((ory) => ory.invalidate(target)))).reduce(
          (sum, one) => sum + one,
        ),
      stats: () => ({
        ...all[0]!.stats(),
        inFlight: all.reduce((sum, ory) => sum + ory.stats().inFlight, 0),
      }),
      close: () => Promise.all(all.map((ory) => ory.close())).then(() => undefined),
    }
  },
  'keeps verdicts': withMembers(({ authenticate, invalidate }) => {
    const verdicts = new Map<string, ReturnType<typeof authenticate>>()
    return {
      authenticate: (request, policy) => {
        const key = JSON.stringify([request.headers, policy])
        const verdict = verdicts.get(key) ?? authenticate(request, policy)
        if (policy?.aal !== undefined) verdicts.set(key, verdict)
        return verdict
      },
      invalidate(target) {
        verdicts.clear()
        return invalidate(target)
      },
    }
  }),
  'asks for any level': withMembers(({ authenticate }) => ({
    authenticate: (request, policy) => authenticate(request, policy?.fresh === true ? policy : {}),
  })),
  'answers the fresh from memory': withMembers(({ authenticate }) => ({
    authenticate: (request, policy) => authenticate(request, policy?.fresh === true ? {} : policy),
  })),
  'tells outages as log-outs': withMembers(({ authenticate }) => ({
    async authenticate(request, policy) {
      const { error, ...decision } = await authenticate(request, policy)
      if (error === undefined) return decision as Grant
      const isOut = error.code === 'authentication_unavailable'
      return { ...decision, error: isOut ? new SessionError('session_invalid') : error } as Denial
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
    await expectHolds(behavesAsTheModel(createOrySession), 150)
  }, 600_000)

  it.each(Object.entries(broken))(
    'is told from one that %s',
    async (_title, create) => {
      await expectRefuted(behavesAsTheModel(create))
    },
    60_000,
  )
})
