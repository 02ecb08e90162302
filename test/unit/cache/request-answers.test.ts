import { describe, expect, it } from '@jest/globals'
import type { Freshness } from '../../../lib/cache/freshness.js'
import { createRequestAnswers } from '../../../lib/cache/request-answers.js'
import { liveAnswer } from '../ory/question.js'
import { clocks } from './entries.js'

const refused = { kind: 'refused', ambiguousSince: undefined } as const
const all: readonly Freshness[] = ['any', 'revalidate', 'fresh']

function open() {
  const { clock, cacheClock } = clocks()
  const request = {}
  const answers = createRequestAnswers(cacheClock)
  const found = (key = 'k', of: object | undefined = request) =>
    all.filter((freshness) => answers.find(of, key, freshness) !== undefined)
  return { answers, clock, request, found }
}

describe('createRequestAnswers', () => {
  it.each([
    ['asked after it came serves every guard', true, all],
    ['asked before it came serves no guard that wants a fresh one', false, ['any']],
  ])('keeps the answer to a request: one %s', (_title, isFresh, freshness) => {
    const { answers, request, found } = open()
    expect(found()).toEqual([])
    answers.keep(request, 'k', { answer: refused, isOwn: true, isFresh })
    expect(found()).toEqual(freshness)
  })

  it('serves no other request, and no other credential', () => {
    const { answers, request, found } = open()
    answers.keep(request, 'k', { answer: refused, isOwn: true, isFresh: true })
    expect([found('l'), found('k', {})]).toEqual([[], []])
  })

  it('keeps nothing without a request', () => {
    const { answers } = open()
    answers.keep(undefined, 'k', { answer: refused, isOwn: true, isFresh: true })
    expect(answers.find(undefined, 'k', 'any')).toBeUndefined()
  })

  it.each(['shiftWall', 'shiftMonotonic'] as const)('serves for a second, by %s', (move) => {
    const { answers, request, found, clock } = open()
    answers.keep(request, 'k', { answer: refused, isOwn: true, isFresh: true })
    clock[move](999)
    expect(found()).toEqual(all)
    clock[move](1)
    expect(found()).toEqual([])
  })

  it('passes no renewed cookie on twice, and lets the time of Ory go on', () => {
    const { answers, request, clock } = open()
    const answer = { ...liveAnswer(), oryNow: 5_000 }
    answers.keep(request, 'k', { answer, isOwn: true, isFresh: true })
    clock.advance(300)
    expect(answers.find(request, 'k', 'fresh')).toMatchObject({
      isOwn: false,
      answer: { kind: 'live', oryNow: 5_300 },
    })
  })

  it('forgets all', () => {
    const { answers, request, found } = open()
    answers.keep(request, 'k', { answer: refused, isOwn: true, isFresh: true })
    answers.forget()
    expect(found()).toEqual([])
  })
})
