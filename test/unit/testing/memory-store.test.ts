import { describe, expect, it } from '@jest/globals'
import { createMemoryStore, storeContract } from '../../../lib/testing/index.js'

describe('createMemoryStore', () => {
  const checks = storeContract({ store: createMemoryStore() })

  it.each(checks.map(({ name, run }) => [name, run] as const))(
    'keeps the contract of a store: %s',
    async (_name, run) => {
      await expect(run()).resolves.toBeUndefined()
    },
  )
})
