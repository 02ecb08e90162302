import { describe, expect, it } from '@jest/globals'
import type { SessionCache } from '../../../lib/cache/session-cache.js'
import { createEndSession } from '../../../lib/auth/end-session.js'
import type { Ended } from '../../../lib/ory/ory-logout.js'
import { unknownCaller } from '../../../lib/resilience/caller.js'
import { question } from '../ory/question.js'

const { credential, key } = question()

describe('the end of a session', () => {
  it.each<[string, Ended]>([
    ['a session', { kind: 'ended', logoutToken: 'ory_lo_a' }],
    ['an unknown credential', { kind: 'refused', logoutToken: undefined }],
  ])('ends here a credential that Ory took for %s', async (_title, ended) => {
    const done: unknown[] = []
    const cache = {
      callerOf: () => unknownCaller,
      end: (...given: unknown[]) => done.push(given),
    } as unknown as SessionCache
    const logout = async () => ended
    expect(await createEndSession(logout, cache, undefined, 2_000).end(credential, key)).toBe(ended)
    expect(done).toEqual([[key]])
  })

  it('begins anew after one that failed, even where that was before Ory was asked', async () => {
    const ended: Ended = { kind: 'ended', logoutToken: undefined }
    const cache = {
      callerOf: () => {
        throw new Error('the clock')
      },
      end: () => undefined,
    } as unknown as SessionCache
    const logout = async () => ended
    const endSession = createEndSession(logout, cache, undefined, 2_000)
    await expect(endSession.end(credential, key)).rejects.toThrow('the clock')
    cache.callerOf = () => unknownCaller
    expect(await endSession.end(credential, key)).toBe(ended)
  })
})
