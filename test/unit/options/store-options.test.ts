import { describe, expect, it } from '@jest/globals'
import { createOrySession } from '../../../lib/index.js'
import { createMemoryStore } from '../../../lib/testing/index.js'

const store = createMemoryStore()
const storeSecret = 'x'.repeat(32)

describe('options of a store', () => {
  it.each([
    [{ store }, 'store needs a storeSecret'],
    [{ storeSecret }, 'storeSecret is given without a store'],
    [{ store, storeSecret: 'short secret' }, 'a string of 12 bytes'],
    [{ store, storeSecret: [storeSecret, 'short'] }, 'a string of 5 bytes'],
    [{ store, storeSecret: [] }, 'an empty list'],
    [{ store, storeSecret: 5 as never }, 'number'],
    [
      { store: { get: () => 0 } as never, storeSecret },
      'it has no set(); is it a client that redisStore() should get?',
    ],
    [{ store: 'redis://' as never, storeSecret }, 'a SessionStore'],
    [{ store, storeSecret, storeTimeoutMs: 0 }, 'storeTimeoutMs'],
    [{ store, storeSecret, storePollMs: NaN }, 'storePollMs'],
    [{ store, storeSecret, cacheTtlMs: 0 }, 'store needs a cache'],
  ])('are refused with the reason: %#', (options, reason) => {
    const create = () => createOrySession({ url: 'http://ory.example', ...options })
    expect(create).toThrow(TypeError)
    expect(create).toThrow(reason)
    expect(create).not.toThrow(storeSecret)
    expect(create).not.toThrow('short secret')
  })

  it('are a store with a secret, or with a list of secrets', () => {
    for (const secret of [storeSecret, [storeSecret, `${storeSecret}2`]]) {
      expect(() =>
        createOrySession({ url: 'http://ory.example', store, storeSecret: secret }),
      ).not.toThrow()
    }
  })
})
