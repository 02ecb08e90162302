import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createFakes, createKratoses, findKratos, sayLeftOut } from './environment.js'
import type { Ory } from './ory.js'
import { openApp, stories } from './stories/index.js'
import type { Story } from './stories/story.js'

const fakes = createFakes()
const kratoses = createKratoses()
/** How long Kratos may take to make its tables and to start, in milliseconds. */
const startsWithinMs = 120_000
beforeAll(() => sayLeftOut('the built package before a real Kratos', stories))
afterAll(() => Promise.all([fakes.close(), kratoses.close()]), startsWithinMs)

async function tell({ tell }: Story, ory: Ory) {
  const app = await openApp(ory)
  try {
    return await tell(ory, app)
  } finally {
    await app.close()
  }
}

describe('the built package before the fake Ory', () => {
  it.each(stories)('$title', async (story) => {
    expect(await tell(story, await fakes.open(story.on))).toEqual(story.seen)
  })
})

const reachable = stories.filter(({ on }) => findKratos(on))

// Jest refuses an empty table; what is missing from this one has been said above.
if (reachable.length > 0) {
  describe('the built package before a real Kratos', () => {
    it.each(reachable)(
      '$title',
      async (story) => {
        expect(await tell(story, await kratoses.open(story.on))).toEqual(story.seen)
      },
      startsWithinMs,
    )
  })
}
