import { describe, expect, it } from '@jest/globals'
import { createCache } from '../../../lib/cache/session-cache.js'
import { createCounters } from '../../../lib/resilience/stats.js'
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
  const cache = createCache(settings, async () => liveAnswer(), createCounters())
  return {
    cache,
    ask: async (key: string) => (await cache.ask(credential, key, 'any')).answer.kind,
  }
}

/** More than there is room for, and those of them that find room. */
const others = [...'abcde']
const last = [...'cde']

describe('the end of a session', () => {
  it.each<[string, boolean, boolean]>([
    ['Ory took it for one', true, false],
    ['it was known here', false, true],
  ])(
    'outlasts the ends of others that may be junk, where %s',
    async (_title, isSession, isKnown) => {
      const { cache, ask } = open()
      if (isKnown) await ask('k')
      cache.end('k', isSession)
      for (const junk of others) cache.end(junk, false)
      expect([cache.isRefused('k'), await ask('k')]).toEqual([true, 'refused'])
    },
  )

  it('outlasts those of many cookies of one session, where it was known here', async () => {
    const { cache, ask } = open()
    await ask('k')
    cache.end('k', true)
    for (const cookie of others) cache.end(cookie, true)
    expect(['k', ...others].filter(cache.isRefused)).toEqual(['k', ...last])
  })

  it('is pushed out by others where it may be junk itself', async () => {
    const { cache, ask } = open()
    for (const junk of others) cache.end(junk, false)
    expect(others.filter(cache.isRefused)).toEqual(last)
    expect(await ask('a')).toBe('live')
  })

  it('holds for its other credentials as long', async () => {
    const { cache, ask } = open()
    await ask('k')
    cache.end('k', false)
    for (const junk of others) cache.end(junk, false)
    // Another credential of the same session, whose id is all that is known.
    expect(await ask('other')).toBe('refused')
  })
})
