import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createOrySession } from '../../lib/create-ory-session.js'
import { expectHolds, expectRefuted, runs } from '../unit/support/runs.js'
import { stepsPerSequence } from '../unit/support/sequence.js'
import { broken } from './broken.js'
import { finish } from './finish.js'
import type { Create } from '../unit/support/broken.js'
import { createGame } from './game.js'
import { choices, sequences } from './sequences.js'

/** How many steps were taken. */
interface Tally {
  steps: number
}

/** All the rules, or that one alone which a broken instance is to be caught by. */
const keepsTheRules = (create: Create, tally: Tally, only = '') =>
  fc.asyncProperty(choices, sequences, async (chosen, steps) => {
    const game = createGame(create, chosen)
    try {
      for (const step of steps) {
        await step.run(game)
        tally.steps += 1
      }
      await finish(game)
    } catch (error) {
      if ((error as Error).message.includes(only)) throw error
    } finally {
      await game.close()
    }
  })

const sequencesByDefault = 2_000

/** By the usual seed these are found after hundreds of sequences. */
const seeds: Readonly<Record<string, number>> = {
  'asks once about who was live': 20_260_213,
  'has no rule of three': 20_260_209,
  'keeps verdicts': 20_260_202,
  'logs nobody out': 20_260_209,
  'serves past expires_at': 20_260_215,
}

describe('whatever happens, in whatever order', () => {
  it('the rules hold: whose session it is, until when, and what an outage may do', async () => {
    const tally: Tally = { steps: 0 }
    await expectHolds(keepsTheRules(createOrySession, tally), sequencesByDefault)
    expect(tally.steps).toBe(runs(sequencesByDefault) * stepsPerSequence)
  }, 1_200_000)

  it.each(broken)(
    'one that %s can be distinguished from that',
    async (title, create, rule) => {
      await expectRefuted(keepsTheRules(create, { steps: 0 }, rule), undefined, seeds[title])
    },
    120_000,
  )
})
