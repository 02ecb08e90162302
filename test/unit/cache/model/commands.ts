import { expect } from '@jest/globals'
import fc from 'fast-check'
import type { OrySession } from '../../../../lib/ory-session.js'
import { sequenceOf } from '../../support/sequence.js'
import { must } from '../../../support/must.js'
import { judge, type Asked, type PolicyName } from './asked.js'
import { expectOf, outcomeOf } from './expected.js'
import type { Model, Target } from './model.js'
import { everybody, users, requestOf, type Call, type Script, type Who } from './world.js'

/** An instance, and all who ask it. */
export interface Real {
  readonly ory: Pick<OrySession, 'authenticate' | 'invalidate' | 'stats'>
  readonly asked: Asked[]
  readonly delivered: Set<string>
  readonly failures: unknown[]
}

/** One thing that happens to the instance and to the model alike. */
export interface Step {
  run(model: Model, real: Real): Promise<void>
  toString(): string
}

function step(text: string, run: Step['run']): Step {
  return { toString: () => text, run }
}

const pendingOf = (model: Model) =>
  everybody
    .flatMap((who) => model.pending(who) ?? [])
    .sort((one, other) => one.number - other.number)

/** Lets everything happen that can happen without Ory: it is all microtasks. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Looks whether all is as it should be. */
async function settle(model: Model, { ory, asked, failures }: Real): Promise<void> {
  await turn()
  if (failures.length > 0) throw failures[0]
  for (const who of everybody) {
    const pending = model.pending(who)
    const isWaitedFor = asked.some((one) => one.who === who && !one.decision)
    const isBackground = pending !== undefined && model.refreshes.has(pending)
    must(isBackground || !pending || isWaitedFor, 'nothing is asked for nobody')
    must(!isWaitedFor || !!pending, 'who waits, waits for something')
    if (!model.noted.has(who)) model.secondLooks.delete(who)
  }
  must(ory.stats().inFlight === pendingOf(model).length, 'stats() counts what is under way')
}

const policies = { any: {}, aal2: { aal: 'aal2' }, fresh: { fresh: true } } as const

const ask = (who: Who, policy: PolicyName): Step =>
  step(`ask(${who}, ${policy})`, async (model, real) => {
    const known = model.know(who)
    const pending = model.pending(who)
    const arrived = model.world.moment()
    const asked: Asked = { who, policy, arrived, isSecondLook: false, decision: undefined }
    const expected = expectOf(asked, known, pending, model)
    const firstCall = model.world.calls.length
    real.asked.push(asked)
    real.ory
      .authenticate(requestOf(who), policies[policy])
      .then((decision) => {
        asked.decision = decision
        judge(asked, model, real.delivered)
      })
      .catch((error: unknown) => real.failures.push(error))
    await turn()
    const begun = model.world.calls.slice(firstCall)
    // A request that is served from memory waits for nothing: a call for it is a refresh.
    if (known.kind === 'fresh') {
      begun.filter(({ isForced }) => !isForced).forEach((call) => model.refreshes.add(call))
    }
    await settle(model, real)
    const calls = begun.map(({ isForced }) => isForced)
    const decided = outcomeOf(asked)
    const isExpected = decided === expected.decided && String(calls) === String(expected.calls)
    // Only what differs is worth the time that `expect` takes.
    if (!isExpected) expect({ calls, decided }).toEqual(expected)
  })

async function answerTo(call: Call, script: Script, model: Model, real: Real): Promise<void> {
  call.answer(script)
  model.noteAnswer(call)
  const known = model.know(call.who)
  if (call.isForced && 'call' in known && known.call === call) {
    model.secondLooks.set(call.who, call.began.monotonic)
  }
  await settle(model, real)
}

/** What happens most: somebody asks, and Ory answers. */
const exchange = (one: Who, policy: PolicyName, script: Script): Step =>
  step(`exchange(${one}, ${policy}, ${JSON.stringify(script)})`, async (model, real) => {
    await ask(one, policy).run(model, real)
    const call = model.pending(one)
    if (call) await answerTo(call, script, model, real)
  })

/** Ory answers one of the calls that are under way; where none is, somebody asks first. */
const answer = (which: number, one: Who, script: Script): Step =>
  step(`answer(${String(which)}, ${one}, ${JSON.stringify(script)})`, async (model, real) => {
    const pending = pendingOf(model)
    const call = pending[which % pending.length]
    if (call) await answerTo(call, script, model, real)
    else await exchange(one, 'any', script).run(model, real)
  })

const invalidate = (target: Target): Step =>
  step(`invalidate(${JSON.stringify(target)})`, async (model, real) => {
    const meant = everybody.filter((who) => {
      if ('who' in target) return target.who === who
      const { session, identity } = users[who]
      return 'session' in target ? target.session === session : target.identity === identity
    })
    const fresh = meant.filter((who) => model.know(who).kind === 'fresh')
    const forgetting = real.ory.invalidate(
      'who' in target ? { request: requestOf(target.who) } : target,
    )
    model.invalidate(target)
    const count = await forgetting
    must(count >= fresh.length, 'what was known is forgotten')
    must(count <= meant.length, 'nothing else is')
    await settle(model, real)
  })

const move = (clock: 'advance' | 'shiftWall' | 'shiftMonotonic', ms: number): Step =>
  step(`${clock}(${String(ms)})`, async (model) => model.clock[clock](ms))

/** Answers until nobody waits. A caller that still does then was forgotten. */
export async function finish(model: Model, real: Real): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    for (const call of pendingOf(model)) call.answer(plain)
    await settle(model, real)
  }
  must(
    real.asked.every(({ decision }) => decision !== undefined),
    'every request is decided',
  )
}

export const plain: Script = {
  ...{ kind: 'live', aal: 'aal1', expiresInMs: 3_600_000 },
  ...{ cacheFor: undefined, renewsCookie: false },
}

const who = fc.constantFrom<Who>('token', 'token', 'token', 'cookie', 'cookie', ...everybody)
const policy = fc.constantFrom<PolicyName>('any', 'any', 'any', 'any', 'aal2', 'aal2', 'fresh')
const script: fc.Arbitrary<Script> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(plain) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('live' as const),
      aal: fc.constantFrom('aal1' as const, 'aal2' as const),
      expiresInMs: fc.constantFrom(3_600_000, 3_600_000, 12_000, 5_000, 500, 1, 0, -1_000),
      cacheFor: fc.constantFrom(undefined, undefined, '3600', '4', '1', '0', 'soon'),
      renewsCookie: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom<Script>({ kind: 'refused' }, { kind: 'aal_too_low' }) },
  {
    weight: 1,
    arbitrary: fc
      // Such as neither pause Ory nor open the breaker: those are not the cache's.
      .constantFrom(404 as const, 'html' as const)
      .map((how): Script => ({ kind: 'fault', how })),
  },
)
const short = fc.constantFrom(1, 200, 500, 999, 1_000, 2_000, 3_200)
const long = fc.constantFrom(3_999, 4_000, 7_999, 8_000, 9_999, 10_000, 15_000, 3_600_000)
const sign = fc.constantFrom(1, -1)

const clocks = fc.oneof(
  { weight: 6, arbitrary: short.map((ms) => move('advance', ms)) },
  { weight: 2, arbitrary: long.map((ms) => move('advance', ms)) },
  { weight: 1, arbitrary: fc.oneof(short, long).map((ms) => move('shiftMonotonic', ms)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(short, long), sign)
      .map(([ms, way]) => move('shiftWall', ms * way)),
  },
)
const target = fc.oneof(
  fc.constantFrom<Target>(
    { session: 's0' },
    { session: 's1' },
    { identity: 'i0' },
    { identity: 'i1' },
  ),
  who.map((one) => ({ who: one })),
)
const asks = fc.tuple(who, policy).map((one) => ask(...one))
const exchanges = fc.tuple(who, policy, script).map((one) => exchange(...one))
const answers = fc.tuple(fc.nat(3), who, script).map((one) => answer(...one))

export const sequences = sequenceOf(
  fc.oneof(
    { weight: 4, arbitrary: asks },
    { weight: 2, arbitrary: exchanges },
    { weight: 2, arbitrary: answers },
    { weight: 2, arbitrary: clocks },
    { weight: 1, arbitrary: target.map(invalidate) },
  ),
)
