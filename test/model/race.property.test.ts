import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createOrySession } from '../../lib/create-ory-session.js'
import type { Create } from '../unit/support/broken.js'
import { expectHolds, expectRefuted, runs } from '../unit/support/runs.js'
import { stepsPerSequence } from '../unit/support/sequence.js'
import { broken, type Broken } from './broken.js'
import { finish } from './finish.js'
import { createGame } from './game.js'
import { choices, races } from './sequences.js'

interface Tally {
  steps: number
}

/** Requests, answers and all else in whatever order, down to the single turn. */
const standsRaces = (create: Create, tally: Tally, only = '') =>
  fc.asyncProperty(choices, races, fc.scheduler(), async (chosen, steps, scheduler) => {
    let isRacing = true
    const game = createGame(create, chosen, {
      // Ory looks at a call at one moment, and its answer arrives at another.
      onCall(call) {
        if (!isRacing) return
        const name = `${call.route} ${String(call.number)}`
        const then = (what: string): Promise<void> =>
          scheduler.schedule(Promise.resolve(), `${name} ${what}`)
        void then('is seen')
          .then(() => call.see())
          .then(() => then('is answered'))
          .then(() => call.arrive())
      },
      isRacing: () => isRacing,
      turn: () => (isRacing ? Promise.resolve() : new Promise((resolve) => setImmediate(resolve))),
    })
    try {
      const all = steps.map((step, index) =>
        scheduler.schedule(Promise.resolve(), `step ${String(index)}`).then(async () => {
          await step.run(game)
          tally.steps += 1
        }),
      )
      await scheduler.waitFor(Promise.all(all))
      await scheduler.waitFor(game.decided())
      await scheduler.waitIdle()
      isRacing = false
      await finish(game)
    } catch (error) {
      if ((error as Error).message.includes(only)) throw error
    } finally {
      isRacing = false
      await game.close()
    }
  })

const racesByDefault = 1_000

/** By the usual seed this is found after hundreds of races. */
const seeds: Readonly<Record<string, number>> = { 'asks once about who was live': 20_260_337 }

/** Those that it takes a race to tell from the true one, and some more. */
const racing: ReadonlySet<string> = new Set([
  'lets answers under way bring back what was forgotten',
  'asks twice at once',
  'has no fresh answers',
  'mixes users up',
  'believes every 401',
  'asks once about who was live',
])

describe('whatever happens at once', () => {
  it('the rules hold', async () => {
    const tally: Tally = { steps: 0 }
    await expectHolds(standsRaces(createOrySession, tally), racesByDefault)
    expect(tally.steps).toBe(runs(racesByDefault) * stepsPerSequence)
  }, 1_200_000)

  it.each<Broken>(broken.filter(([title]) => racing.has(title)))(
    'one that %s can be distinguished from that',
    async (title, create, rule) => {
      await expectRefuted(standsRaces(create, { steps: 0 }, rule), undefined, seeds[title])
    },
    120_000,
  )
})
