import { describe, expect, it } from '@jest/globals'
import { toCaller } from '../../../lib/resilience/caller.js'
import type { Answer } from '../../../lib/ory/whoami-answer.js'
import { Fault } from '../../../lib/shared/fault.js'
import { intercept } from '../../../lib/resilience/interceptor.js'
import { createRateLimitPause } from '../../../lib/resilience/rate-limit-pause.js'
import { createFakeClock } from '../support/fake-clock.js'
import { liveAnswer, question, standOf } from '../ory/question.js'

/** A limit of Ory's that is reached as the test says. */
function open() {
  const clock = createFakeClock()
  let says: () => Promise<Answer> = () => Promise.resolve(liveAnswer())
  let calls = 0
  const limit = createRateLimitPause(clock)
  const ask = intercept(limit)(() => {
    calls += 1
    return says()
  })
  return {
    clock,
    ask,
    calls: () => calls,
    stand: async (members = {}): Promise<string> => (await standOf([ask(question(members))]))[0]!,
    limit: (seconds?: number) =>
      (says = () => Promise.reject(new Fault('rate_limited', '', seconds))),
    fail: (error: Error) => (says = () => Promise.reject(error)),
    answer: () => (says = () => Promise.resolve(liveAnswer())),
  }
}

describe('createRateLimitPause', () => {
  it('asks about no unknown caller until the limit is reset', async () => {
    const { limit, answer, clock, stand, calls } = open()
    limit(7)
    expect(await stand()).toBe('rate_limited')
    answer()
    clock.advance(6_999)
    expect(await stand()).toBe('rate_limited')
    expect(calls()).toBe(1)
    clock.advance(1)
    expect(await stand()).toBe('done')
  })

  it('asks on about known callers, but refreshes nothing', async () => {
    const { limit, answer, stand, calls } = open()
    limit(7)
    await stand()
    answer()
    expect(await stand({ caller: toCaller('i') })).toBe('done')
    expect(await stand({ caller: toCaller('i'), isRefresh: true })).toBe('rate_limited')
    expect(calls()).toBe(2)
  })

  it('lets no identity ask more than five times a second, until ten seconds after the pause', async () => {
    const { limit, answer, clock, stand, calls, ask } = open()
    const times = async (count: number, identity: string): Promise<string[]> => {
      const stands: string[] = []
      for (let time = 0; time < count; time += 1) {
        stands.push(await stand({ caller: toCaller(identity) }))
      }
      return stands
    }
    expect(await times(9, 'i')).toEqual(Array(9).fill('done'))
    limit(7)
    await stand()
    answer()
    const shared = [...Array(5).fill('done'), 'throttled', 'throttled']
    expect(await times(7, 'i')).toEqual(shared)
    expect(await times(7, 'j')).toEqual(shared)
    expect(calls()).toBe(9 + 1 + 10)
    const more = ask(question({ caller: toCaller('i') }))
    await expect(more).rejects.toMatchObject({
      message: "throttled: more than a share of Ory's rate limit",
      retryAfter: 1,
    })
    clock.advance(199)
    expect(await times(1, 'i')).toEqual(['throttled'])
    clock.advance(1)
    expect(await times(2, 'i')).toEqual(['done', 'throttled'])
    clock.advance(16_799)
    expect(await times(7, 'i')).toEqual(shared)
    // Unknown callers are no one identity.
    for (let time = 0; time < 7; time += 1) expect(await stand()).toBe('done')
    clock.advance(1)
    expect(await times(9, 'i')).toEqual(Array(9).fill('done'))
  })

  it('tells how many seconds are left', async () => {
    const { limit, clock, stand, ask } = open()
    limit(7)
    await stand()
    clock.advance(2_500)
    await expect(ask(question())).rejects.toMatchObject({
      message: 'rate_limited',
      retryAfter: 4.5,
    })
  })

  it.each<[string, number | undefined, number]>([
    ['one second at least', 0, 1],
    ['half a minute at most', 86_400, 30],
    ['five seconds where Ory does not say', undefined, 5],
  ])('pauses for %s', async (_name, seconds, expected) => {
    const { limit, answer, clock, stand } = open()
    limit(seconds)
    await stand()
    answer()
    clock.advance(expected * 1_000 - 1)
    expect(await stand()).toBe('rate_limited')
    clock.advance(1)
    expect(await stand()).toBe('done')
  })

  it('is not ended by a shorter limit that comes later', async () => {
    const { limit, answer, clock, stand } = open()
    limit(20)
    await stand()
    limit(1)
    await stand({ caller: toCaller('i') })
    answer()
    clock.advance(19_999)
    expect(await stand()).toBe('rate_limited')
  })

  it.each([new Fault('server_error'), new Error('a bug')])('is not begun by %s', async (error) => {
    const { fail, answer, stand } = open()
    fail(error)
    await stand()
    answer()
    expect(await stand()).toBe('done')
  })
})
