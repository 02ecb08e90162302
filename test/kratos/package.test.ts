import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createFakes, findKratos, sayLeftOut } from './environment.js'
import type { Ory } from './ory.js'
import { openApp, stories } from './stories/index.js'
import type { Story } from './stories/story.js'

const fakes = createFakes()
beforeAll(() => sayLeftOut('the built package before a real Kratos', stories))
afterAll(() => fakes.close())

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

const reachable = stories.flatMap((story) => {
  const kratos = findKratos(story.on)
  return kratos ? [{ ...story, kratos }] : []
})

// Jest refuses an empty table; what is missing from this one has been said above.
if (reachable.length > 0) {
  describe('the built package before a real Kratos', () => {
    it.each(reachable)('$title', async ({ kratos, ...story }) => {
      expect(await tell(story, kratos)).toEqual(story.seen)
    })
  })
}
