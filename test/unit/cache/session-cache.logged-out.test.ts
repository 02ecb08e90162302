import { describe, expect, it } from '@jest/globals'
import { createSessionCache } from '../../../lib/cache/session-cache.js'
import { createCounters } from '../../../lib/resilience/counters.js'
import { createFakeClock } from '../support/fake-clock.js'
import { liveAnswer, question } from '../ory/question.js'

const { credential } = question()

/** A memory with room for two, before an Ory to which everybody is live. */
function open() {
  const settings = {
    ...{ cacheMaxSessions: 2, cacheMaxBytes: 1_000_000, cacheTtlMs: 10_000, refusalTtlMs: 0 },
    ...{
      refreshAhead: false as const,
      staleIfErrorMs: 0,
      timeoutMs: 2_000,
      clock: createFakeClock(),
    },
  }
  const cache = createSessionCache(settings, async () => liveAnswer(), createCounters())
  return {
    cache,
    ask: async (key: string) => (await cache.ask(credential, key, 'any')).answer.kind,
  }
}

/** More than there is room for, and those of them that find room. */
const others = [...'abcde']
const last = [...'cde']

describe('the end of a session', () => {
  it('outlasts the ends of made-up credentials, where it was known here', async () => {
    const { cache, ask } = open()
    await ask('k')
    expect(cache.end('k')).toBe('e1a5c2a4-0000-4000-8000-000000000001')
    for (const other of others) expect(cache.end(other)).toBeUndefined()
    expect([cache.isRefused('k'), await ask('k')]).toEqual([true, 'refused'])
  })

  it('outlasts those of many cookies of one session, where it was known here', async () => {
    const { cache, ask } = open()
    await ask('k')
    cache.end('k')
    for (const cookie of others) cache.end(cookie)
    expect(['k', ...others].filter(cache.isRefused)).toEqual(['k', ...last])
  })

  it('is pushed out by others where it was not known here', async () => {
    const { cache, ask } = open()
    for (const other of others) cache.end(other)
    expect(others.filter(cache.isRefused)).toEqual(last)
    expect(await ask('a')).toBe('live')
  })

  it('holds for its other credentials as long', async () => {
    const { cache, ask } = open()
    await ask('k')
    cache.end('k')
    for (const other of others) cache.end(other)
    // Another credential of the same session, whose id is all that is known.
    expect(await ask('other')).toBe('refused')
  })
})
