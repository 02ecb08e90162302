import { describe, expect, it } from '@jest/globals'
import { createEnrolmentHint } from '../../../lib/auth/enrolment-hint.js'
import type { SecondFactorAnswer } from '../../../lib/ory/find-second-factor.js'
import type { OryCall } from '../../../lib/resilience/ory-call.js'
import { Fault } from '../../../lib/shared/fault.js'
import { defer, liveAnswer, question } from '../ory/question.js'
import { createFakeClock } from '../support/fake-clock.js'

const { credential, key } = question()
const who = (identity = 'i') => ({ credential, key, live: liveAnswer(identity).live })

function open(ask: () => Promise<SecondFactorAnswer>, timeoutMs = 2_000) {
  const clock = createFakeClock()
  const asked: OryCall[] = []
  const { lacksSecondFactor: lacks, clear } = createEnrolmentHint(
    async (sent) => {
      asked.push(sent)
      return ask()
    },
    timeoutMs,
    clock,
  )
  return { clock, asked, lacks, clear }
}
const none = async (): Promise<SecondFactorAnswer> => ({ kind: 'not_enrolled' })

describe('the hint that a second factor has to be enrolled first', () => {
  it('asks by the credential of a known caller', async () => {
    const { lacks, asked } = open(none)
    expect(await lacks(who('ada'))).toBe(true)
    expect(asked).toEqual([
      expect.objectContaining({
        credential,
        key,
        isRefresh: false,
        caller: { kind: 'known', identityId: 'ada' },
      }),
    ])
  })

  it('forgets everybody when it is cleared', async () => {
    const { lacks, asked, clear } = open(none)
    await lacks(who('ada'))
    clear()
    expect(await lacks(who('ada'))).toBe(true)
    expect(asked).toHaveLength(2)
  })

  it('asks once a minute at most for each identity, and answers at once meanwhile', async () => {
    const { lacks, asked, clock } = open(none)
    await lacks(who('ada'))
    clock.advance(59_999)
    expect(lacks(who('ada'))).toBe(true)
    expect(await lacks(who('bob'))).toBe(true)
    expect(asked).toHaveLength(2)
    clock.advance(1)
    expect(await lacks(who('ada'))).toBe(true)
    expect(asked).toHaveLength(3)
  })

  it('asks once for all who wait', async () => {
    const answer = defer<SecondFactorAnswer>()
    const { lacks, asked } = open(async () => answer.promise)
    const waiting = [lacks(who()), lacks(who()), lacks(who())]
    answer.resolve({ kind: 'not_enrolled' })
    expect(await Promise.all(waiting.map(async (one) => one))).toEqual([true, true, true])
    expect(asked).toHaveLength(1)
  })

  it.each<[string, () => Promise<SecondFactorAnswer>]>([
    ['there is a factor', async () => ({ kind: 'enrolled' })],
    ['Ory gives no answer', () => Promise.reject(new Fault('server_error'))],
    ['something else fails', () => Promise.reject(new Error('a clock'))],
  ])('is false if %s, for that minute too', async (_title, ask) => {
    const { lacks, asked } = open(ask)
    expect(await lacks(who())).toBe(false)
    expect(lacks(who())).toBe(false)
    expect(asked).toHaveLength(1)
  })

  it('is false if Ory does not answer in time', async () => {
    const { lacks } = open(() => new Promise(() => undefined), 1)
    expect(await lacks(who())).toBe(false)
  })

  it('keeps the answers of a bounded number of identities, and drops the oldest first', async () => {
    const { lacks, asked } = open(none)
    for (let id = 0; id <= 10_000; id += 1) await lacks(who(String(id)))
    expect(lacks(who('1'))).toBe(true)
    expect(lacks(who('10000'))).toBe(true)
    expect(await lacks(who('0'))).toBe(true)
    expect(asked).toHaveLength(10_002)
  })
})
