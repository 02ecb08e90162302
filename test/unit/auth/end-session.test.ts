import { describe, expect, it } from '@jest/globals'
import type { Cache } from '../../../lib/cache/session-cache.js'
import { createEnding } from '../../../lib/auth/end-session.js'
import type { Ended } from '../../../lib/ory/ory-logout.js'
import type { Upstream } from '../../../lib/resilience/ask-ory.js'
import { question } from '../ory/question.js'

const { credential, key } = question()

describe('createEnding', () => {
  it.each<[string, Ended]>([
    ['a session', { kind: 'ended', logoutToken: 'ory_lo_a' }],
    ['none', { kind: 'refused', logoutToken: undefined }],
  ])('ends here a credential that Ory took for %s', async (_title, ended) => {
    const done: unknown[] = []
    const cache = {
      callerOf: () => undefined,
      end: (...given: unknown[]) => done.push(given),
    } as unknown as Cache
    const upstream = { endSession: async () => ended } as unknown as Upstream
    expect(await createEnding(upstream, cache, 2_000).end(credential, key)).toBe(ended)
    expect(done).toEqual([[key]])
  })

  it('begins anew after one that failed, even where that was before Ory was asked', async () => {
    const ended: Ended = { kind: 'ended', logoutToken: undefined }
    const cache = {
      callerOf: () => {
        throw new Error('the clock')
      },
      end: () => undefined,
    } as unknown as Cache
    const upstream = { endSession: async () => ended } as unknown as Upstream
    const ending = createEnding(upstream, cache, 2_000)
    await expect(ending.end(credential, key)).rejects.toThrow('the clock')
    cache.callerOf = () => undefined
    expect(await ending.end(credential, key)).toBe(ended)
  })
})
