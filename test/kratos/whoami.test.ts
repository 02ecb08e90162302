import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { recordings } from '../support/recordings.js'
import { sameAnswer, type Answer } from '../support/shape.js'
import { withoutAddresses } from './addresses.js'
import { cases, type Case } from './cases/index.js'
import { send } from './client/http.js'
import { createFakes, createKratoses, findKratos, sayLeftOut } from './environment.js'
import type { Ory } from './ory.js'

const fakes = createFakes()
const kratoses = createKratoses()
/** How long Kratos may take to make its tables and to start, in milliseconds. */
const startsWithinMs = 120_000
beforeAll(() => sayLeftOut('the whoami answers of a real Kratos', cases))
afterAll(() => Promise.all([fakes.close(), kratoses.close()]), startsWithinMs)

/** The answer to a case. */
async function ask(ory: Ory, { given }: Case): Promise<Answer> {
  return withoutAddresses(await send(ory.url, await given(ory)))
}

const recorded = cases.flatMap((one) => {
  if (one.recording === undefined) return []
  const found = recordings.get(one.recording)
  if (!found) throw new Error(`there is no recording ${one.recording}`)
  return [{ ...one, answer: withoutAddresses(found.response) }]
})

describe('the fake Ory', () => {
  it.each(recorded)('answers as recorded to $title', async ({ answer, ...one }) => {
    const fake = await ask(await fakes.open(one.on), one)
    expect(sameAnswer(answer, fake)).toEqual([])
  })
})

const reachable = cases.filter(({ on }) => findKratos(on))

// Jest refuses an empty table; what is missing from this one has been said above.
if (reachable.length > 0) {
  describe('a real Kratos', () => {
    it.each(reachable)(
      'answers as the fake does to $title',
      async (one) => {
        const real = await ask(await kratoses.open(one.on), one)
        const fake = await ask(await fakes.open(one.on), one)
        expect(sameAnswer(real, fake)).toEqual([])
      },
      startsWithinMs,
    )
  })
}
