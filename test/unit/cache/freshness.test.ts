import { describe, expect, it } from '@jest/globals'
import { isPastCaches } from '../../../lib/cache/freshness.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import { liveAnswer } from '../ory/question.js'

const refused: Answer = { kind: 'refused', ambiguousSince: undefined }

describe('isPastCaches', () => {
  it.each<[string, Answer, boolean, boolean]>([
    ['a session', liveAnswer(), false, true],
    ['a session that Ory’s edge may keep', { ...liveAnswer(), cacheForMs: 3_000 }, false, false],
    ['a session out of a store', { ...liveAnswer(), isStored: true }, false, false],
    ['a session that was forced', { ...liveAnswer(), cacheForMs: 3_000 }, true, true],
    ['a refusal', refused, false, true],
  ])('tells for %s', (_title, answer, isForced, isPast) => {
    expect(isPastCaches(answer, isForced)).toBe(isPast)
  })
})
