import fc from 'fast-check'
import { sequenceOf } from '../unit/support/sequence.js'
import type { Trouble } from './call.js'
import type { Chosen, PolicyName } from './history.js'
import { everybody, type Slot } from './users.js'
import {
  arrive,
  ask,
  at,
  catchUp,
  clock,
  database,
  everyone,
  exchange,
  flicker,
  flood,
  invalidate,
  logOut,
  see,
  signIn,
  weather,
  type Who,
} from './steps.js'

const slot = fc.constantFrom<Slot>('ada', 'ada', 'ada', 'bob', 'cyd', 'dan', ...everybody)
const who: fc.Arbitrary<Who> = fc.oneof(
  { weight: 6, arbitrary: slot },
  { weight: 1, arbitrary: fc.nat(20) },
)
const policy = fc.constantFrom<PolicyName>('any', 'any', 'any', 'any', 'aal2', 'fresh')
const troubles = fc.constantFrom<Trouble>(500, 500, 'reset', 'reset', 429, 'page', 'aal')
const trouble = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: troubles },
)
const milliseconds = fc.oneof(
  fc.constantFrom(1, 200, 999, 1_000, 1_001, 2_000, 3_200),
  fc.constantFrom(3_999, 4_000, 8_000, 9_999, 10_000, 15_000, 30_000, 60_000),
)
const clocks = fc.oneof(
  { weight: 6, arbitrary: milliseconds.map((ms) => clock('advance', ms)) },
  { weight: 1, arbitrary: milliseconds.map((ms) => clock('suspend', ms)) },
  { weight: 1, arbitrary: milliseconds.map((ms) => clock('set', ms)) },
  { weight: 1, arbitrary: milliseconds.map((ms) => clock('set', -ms)) },
)
const by = fc.constantFrom('session' as const, 'identity' as const, 'credential' as const)
const lifeMs = fc.constantFrom(3_600_000, 3_600_000, 30_000, 5_000)

/** What happens at Ory, to time, and to what is known here. */
const events = [
  { weight: 5, arbitrary: clocks },
  { weight: 2, arbitrary: fc.constant(database('stops')) },
  { weight: 1, arbitrary: fc.constant(database('half')) },
  { weight: 3, arbitrary: fc.constant(database('starts')) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(troubles, fc.constantFrom('all', 'madeUp', 'eve'))
      .map((all) => weather(...all)),
  },
  { weight: 1, arbitrary: fc.constant(weather(undefined, 'all')) },
  { weight: 2, arbitrary: fc.tuple(slot, lifeMs).map((all) => signIn(...all)) },
  { weight: 1, arbitrary: slot.map((one) => at('end', one)) },
  { weight: 1, arbitrary: slot.map((one) => at('endAll', one)) },
  { weight: 2, arbitrary: slot.map((one) => at('stepUp', one)) },
  { weight: 1, arbitrary: slot.map((one) => logOut(one)) },
  { weight: 1, arbitrary: fc.tuple(slot, by).map((all) => invalidate(...all)) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(50), fc.nat(6)).map((all) => flood(...all)) },
]
const asks = fc.tuple(who, policy).map((all) => ask(...all))

/** How often the database may come or go while one question is under way. */
const flickers = { minLength: 4, maxLength: 4 }

/** Steps that follow upon each other. */
export const sequences = sequenceOf(
  fc.oneof(
    { weight: 8, arbitrary: fc.tuple(who, policy, trouble).map((all) => exchange(...all)) },
    { weight: 4, arbitrary: asks },
    { weight: 4, arbitrary: fc.tuple(fc.nat(5), trouble, who).map((all) => see(...all)) },
    { weight: 4, arbitrary: fc.tuple(fc.nat(5), who).map((all) => arrive(...all)) },
    { weight: 2, arbitrary: fc.constant(catchUp) },
    {
      weight: 1,
      arbitrary: fc.tuple(who, fc.array(fc.boolean(), flickers)).map((all) => flicker(...all)),
    },
    { weight: 1, arbitrary: policy.map(everyone) },
    ...events,
  ),
)

/** Steps that race. */
export const races = sequenceOf(fc.oneof({ weight: 24, arbitrary: asks }, ...events))

export const choices: fc.Arbitrary<Chosen> = fc
  .record({
    cacheTtlMs: fc.constantFrom(10_000, 10_000, 4_000, 0),
    refusalTtlMs: fc.constantFrom(2_000, 2_000, 0),
    refreshAhead: fc.constantFrom<number | false>(0.8, false),
    staleIfErrorMs: fc.constantFrom(0, 0, 20_000),
    cacheMaxSessions: fc.constantFrom(100, 100, 100, 2),
    connections: fc.constantFrom(50, 50, 2),
    hasReadiness: fc.constantFrom(true, true, true, false),
    isRepeating: fc.boolean(),
  })
  .map((chosen) => (chosen.cacheTtlMs === 0 ? { ...chosen, staleIfErrorMs: 0 } : chosen))
