import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { toCaller, unknownCaller } from '../../../lib/resilience/caller.js'
import { must } from '../../support/must.js'
import { expectHolds, expectRefuted, runs } from '../support/runs.js'
import { sequenceOf, stepsPerSequence } from '../support/sequence.js'
import { createCallers, type Asking, type Callers, type Says, type Through } from './callers.js'

type Step = (callers: Callers) => Promise<unknown>

const isUnderWay = ({ answer }: Asking): boolean => answer !== undefined
const isKnown = ({ identity }: Asking): boolean => identity !== undefined

/** Different users, or credentials, who met a 500 within ten seconds and nobody an answer since. */
function victims({ all }: Callers, nameOf: (asking: Asking) => string | undefined): number {
  const said = all.flatMap((one) =>
    one.said ? [{ ...one.said, name: nameOf(one), isOfKnown: isKnown(one) }] : [],
  )
  said.sort((one, other) => one.at - other.at)
  // That made-up credentials are refused says nothing of those who are known.
  const last = said.findLastIndex(
    ({ says, isOfKnown }) => says === 'live' || (says === 'refused' && isOfKnown),
  )
  const away = said.slice(last + 1).filter(({ says, name }) => says === 500 && name !== undefined)
  const counts = away.map(({ at: from }) => {
    const near = away.filter(({ at }) => at >= from && at - from <= 10_001)
    return new Set(near.map(({ name }) => name)).size
  })
  return Math.max(0, ...counts)
}

/** Whether somebody asks more than five times a second, while Ory's limit is shared out. */
function asksMoreThanShare({ all, clock }: Callers, { identity }: Asking): boolean {
  const isIn = (at: number, ms: number): boolean => clock.monotonic() - at < ms
  const own = all.filter((one) => one.identity === identity && isIn(one.askedAt, 1_000))
  return own.length > 5 && all.some(({ said }) => said?.says === 429 && isIn(said.at, 20_000))
}

/** A known caller asks: made-up credentials must not be in the way. */
const known =
  (number: number, connections: number): Step =>
  async (callers) => {
    const before = callers.all.filter(isUnderWay)
    const here = callers.all.filter(({ outcome }) => outcome === undefined)
    const asking = await callers.ask(`known ${number}`, `person ${number}`)
    const own = here.filter(({ identity }) => identity === asking.identity)
    if (asking.outcome === 'throttled') {
      const isBeyondShare = own.length >= 2 * connections || asksMoreThanShare(callers, asking)
      must(isBeyondShare, 'only a caller beyond its share is refused')
      return
    }
    if (asking.outcome !== undefined) {
      must(asking.outcome === 'circuit_open', 'who is known is not refused for the sake of others')
      must(victims(callers, ({ identity }) => identity) >= 3, 'it takes three users to close Ory')
      return
    }
    if (isUnderWay(asking)) return
    const users = before.filter(isKnown).length
    // One of ten is kept for them, and one for unknown callers.
    const reserved = Math.floor(connections / 10)
    must(
      before.length >= connections || users >= connections - reserved,
      'a known caller waits for a permit alone',
    )
    must(users >= reserved, 'there is a permit that made-up credentials cannot take')
  }

const madeUp =
  (from: number, count: number, connections: number): Step =>
  async (callers) => {
    for (let number = from; number < from + count; number += 1) {
      const { outcome } = await callers.ask(`made-up ${number}`)
      const isOpen = outcome !== 'circuit_open' || victims(callers, ({ key }) => key) >= 3
      must(isOpen, 'it takes three credentials to close Ory')
    }
    const underWay = callers.all.filter(isUnderWay)
    must(underWay.length <= connections, 'no more are under way than there are connections')
    const reserved = Math.floor(connections / 10)
    must(
      underWay.filter((one) => !isKnown(one)).length <= connections - reserved,
      'made-up credentials leave a permit to others',
    )
  }

/** Ory answers some of those that are under way: users as it should, mostly, and made-up credentials as it likes. */
const answer =
  (which: number, count: number, toKnown: Says, toUnknown: Says): Step =>
  async (callers) => {
    for (let time = 0; time < count; time += 1) {
      const underWay = callers.all.filter(isUnderWay)
      const asking = underWay[which % underWay.length]
      if (asking) await callers.answer(asking, isKnown(asking) ? toKnown : toUnknown)
      // No two answers come at the same moment.
      callers.clock.advance(0.01)
    }
  }

const advance =
  (ms: number): Step =>
  async ({ clock }) =>
    clock.advance(ms)

const toKnown = fc.constantFrom<Says>('live', 'live', 'live', 500)
const toUnknown = fc.constantFrom<Says>('refused', 'refused', 500, 429)
const stepsFor = (connections: number) =>
  sequenceOf(
    fc.oneof(
      { weight: 3, arbitrary: fc.nat(4).map((number) => known(number, connections)) },
      {
        weight: 3,
        arbitrary: fc.tuple(fc.nat(30), fc.nat(25)).map((all) => madeUp(...all, connections)),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.nat(30), fc.nat(25), toKnown, toUnknown)
          .map((all) => answer(...all)),
      },
      // The same few come again and again.
      { weight: 2, arbitrary: fc.nat(1).map((number) => madeUp(number, 1, connections)) },
      { weight: 1, arbitrary: fc.constantFrom(10, 1_000, 5_000).map(advance) },
    ),
  )

interface Tally {
  steps: number
}

const sparesKnown = (through: Through, tally: Tally = { steps: 0 }, connections = 10) =>
  fc.asyncProperty(stepsFor(connections), async (steps) => {
    const callers = createCallers(connections, through)
    for (const step of steps) {
      await step(callers)
      tally.steps += 1
    }
    // Every caller that waits is let in at last.
    for (let round = 0; callers.all.some(isUnderWay); round += 1) {
      must(round < 10_000, 'nobody waits for ever')
      await callers.answer(callers.all.find(isUnderWay)!, 'live')
    }
    must(
      callers.all.every(({ outcome }) => outcome !== undefined),
      'every question comes to an end',
    )
  })

const broken: readonly (readonly [title: string, through: Through])[] = [
  ['knows nobody', (ask) => (sent) => ask({ ...sent, caller: unknownCaller })],
  [
    'takes each question for another client',
    (ask) => (sent) => ask({ ...sent, key: sent.credential.value }),
  ],
  [
    'takes made-up credentials for users',
    (ask) => (sent) =>
      ask({ ...sent, caller: sent.caller.kind === 'known' ? sent.caller : toCaller(sent.key) }),
  ],
]

describe('all that spares Ory', () => {
  it('keeps made-up credentials out of the way of known callers', async () => {
    const tally: Tally = { steps: 0 }
    await expectHolds(
      sparesKnown((ask) => ask, tally),
      200,
    )
    expect(tally.steps).toBe(runs(200) * stepsPerSequence)
  }, 600_000)

  it.each(broken)(
    'can be distinguished from what %s',
    async (_title, through) => {
      await expectRefuted(sparesKnown(through))
    },
    120_000,
  )
})
