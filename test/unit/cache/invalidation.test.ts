import { describe, expect, it } from '@jest/globals'
import { isAbout, type Invalidation } from '../../../lib/cache/invalidation.js'
import { liveAnswer } from '../ory/question.js'

const refused = { kind: 'refused', ambiguousSince: undefined } as const

describe('isAbout', () => {
  it.each<[Invalidation, boolean, boolean]>([
    [{ key: 'k' }, true, true],
    [{ key: 'l' }, false, false],
    [{ identity: 'i' }, true, false],
    [{ identity: 'j' }, false, false],
    [{ session: 'e1a5c2a4-0000-4000-8000-000000000001' }, true, false],
    [{ session: 'i' }, false, false],
  ])('tells for %j of a live answer and of a refusal', (what, ofLive, ofRefusal) => {
    expect([isAbout(what, 'k', liveAnswer('i')), isAbout(what, 'k', refused)]).toEqual([
      ofLive,
      ofRefusal,
    ])
  })
})
