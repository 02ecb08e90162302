import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { toCaller, unknownCaller } from '../../../lib/resilience/caller.js'
import { must } from '../../support/must.js'
import { expectHolds, expectRefuted, runs } from '../support/runs.js'
import { sequenceOf, stepsPerSequence } from '../support/sequence.js'
import { createCrowd, type Asking, type Crowd, type Says, type Through } from './callers.js'

type Step = (crowd: Crowd) => Promise<unknown>

const isUnderWay = ({ answer }: Asking): boolean => answer !== undefined
const isKnown = ({ identity }: Asking): boolean => identity !== undefined

/** Different users, or credentials, who met a 500 within ten seconds and nobody an answer since. */
function victims({ all }: Crowd, nameOf: (asking: Asking) => string | undefined): number {
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
function asksMoreThanShare({ all, clock }: Crowd, { identity }: Asking): boolean {
  const isIn = (at: number, ms: number): boolean => clock.monotonic() - at < ms
  const own = all.filter((one) => one.identity === identity && isIn(one.askedAt, 1_000))
  return own.length > 5 && all.some(({ said }) => said?.says === 429 && isIn(said.at, 20_000))
}

/** A known caller asks: made-up credentials must not be in the way. */
const known =
  (number: number, connections: number): Step =>
  async (crowd) => {
    const before = crowd.all.filter(isUnderWay)
    const here = crowd.all.filter(({ outcome }) => outcome === undefined)
    const asking = await crowd.ask(`known ${number}`, `person ${number}`)
    const own = here.filter(({ identity }) => identity === asking.identity)
    if (asking.outcome === 'throttled') {
      const crowds = own.length >= 2 * connections || asksMoreThanShare(crowd, asking)
      must(crowds, 'nobody but who crowds is refused a place in the line')
      return
    }
    if (asking.outcome !== undefined) {
      must(asking.outcome === 'circuit_open', 'who is known is not refused for the sake of others')
      must(victims(crowd, ({ identity }) => identity) >= 3, 'it takes three people to close Ory')
      return
    }
    if (isUnderWay(asking)) return
    const people = before.filter(isKnown).length
    // One of ten is kept for them, and one for unknown callers.
    const reserved = Math.floor(connections / 10)
    must(
      before.length >= connections || people >= connections - reserved,
      'who is known waits for a place alone',
    )
    must(people >= reserved, 'there is a place that junk can not take')
  }

const junk =
  (from: number, count: number, connections: number): Step =>
  async (crowd) => {
    for (let number = from; number < from + count; number += 1) {
      const { outcome } = await crowd.ask(`junk ${number}`)
      const isOpen = outcome !== 'circuit_open' || victims(crowd, ({ key }) => key) >= 3
      must(isOpen, 'it takes three credentials to close Ory')
    }
    const underWay = crowd.all.filter(isUnderWay)
    must(underWay.length <= connections, 'no more are under way than there are connections')
    const reserved = Math.floor(connections / 10)
    must(
      underWay.filter((one) => !isKnown(one)).length <= connections - reserved,
      'junk leaves a place to others',
    )
  }

/** Ory answers some of those that are under way: users as it should, mostly, and made-up credentials as it likes. */
const answer =
  (which: number, count: number, toPeople: Says, toJunk: Says): Step =>
  async (crowd) => {
    for (let time = 0; time < count; time += 1) {
      const underWay = crowd.all.filter(isUnderWay)
      const asking = underWay[which % underWay.length]
      if (asking) await crowd.answer(asking, isKnown(asking) ? toPeople : toJunk)
      // No two answers come at the same moment.
      crowd.clock.advance(0.01)
    }
  }

const advance =
  (ms: number): Step =>
  async ({ clock }) =>
    clock.advance(ms)

const toPeople = fc.constantFrom<Says>('live', 'live', 'live', 500)
const toJunk = fc.constantFrom<Says>('refused', 'refused', 500, 429)
const stepsFor = (connections: number) =>
  sequenceOf(
    fc.oneof(
      { weight: 3, arbitrary: fc.nat(4).map((number) => known(number, connections)) },
      {
        weight: 3,
        arbitrary: fc.tuple(fc.nat(30), fc.nat(25)).map((all) => junk(...all, connections)),
      },
      {
        weight: 4,
        arbitrary: fc.tuple(fc.nat(30), fc.nat(25), toPeople, toJunk).map((all) => answer(...all)),
      },
      // The same few come again and again.
      { weight: 2, arbitrary: fc.nat(1).map((number) => junk(number, 1, connections)) },
      { weight: 1, arbitrary: fc.constantFrom(10, 1_000, 5_000).map(advance) },
    ),
  )

interface Tally {
  steps: number
}

const sparesPeople = (through: Through, tally: Tally = { steps: 0 }, connections = 10) =>
  fc.asyncProperty(stepsFor(connections), async (steps) => {
    const crowd = createCrowd(connections, through)
    for (const step of steps) {
      await step(crowd)
      tally.steps += 1
    }
    // Every caller that waits is let in at last.
    for (let round = 0; crowd.all.some(isUnderWay); round += 1) {
      must(round < 10_000, 'nobody waits for ever')
      await crowd.answer(crowd.all.find(isUnderWay)!, 'live')
    }
    must(
      crowd.all.every(({ outcome }) => outcome !== undefined),
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
      sparesPeople((ask) => ask, tally),
      200,
    )
    expect(tally.steps).toBe(runs(200) * stepsPerSequence)
  }, 600_000)

  it.each(broken)(
    'can be distinguished from what %s',
    async (_title, through) => {
      await expectRefuted(sparesPeople(through))
    },
    120_000,
  )
})
