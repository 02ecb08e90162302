import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { storeContract } from '../../lib/testing/index.js'
import type { SessionStore } from '../../lib/index.js'
import { redisClients } from '../support/redis-clients.js'
import type { RedisConnection } from '../support/redis-clients.js'
import { hasRedis, startRedis, withRedis } from '../support/redis-server.js'
import type { RedisServer } from '../support/redis-server.js'

// A busy machine takes its time with thousands of entries.
jest.setTimeout(30_000)

const describeRedis = hasRedis ? describe : describe.skip

describeRedis(withRedis('redisStore over a real Redis'), () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(async () => {
    await redis.close()
  })

  describe.each(Object.entries(redisClients))('by %s', (_name, connect) => {
    const connections: RedisConnection[] = []
    beforeAll(async () => {
      connections.push(await connect(redis.port), await connect(redis.port))
    })
    afterAll(async () => {
      for (const connection of connections) await connection.close()
    })

    // The connections are there only when the tests run, their names already now.
    const late = (index: number): SessionStore =>
      new Proxy({} as SessionStore, {
        get: (_target, name) => Reflect.get(connections[index]?.store ?? {}, name) as unknown,
      })
    it.each(
      storeContract({ store: late(0), other: late(1) }).map(
        ({ name, run }) => [name, run] as const,
      ),
    )('%s', async (_title, run) => {
      await expect(run()).resolves.toBeUndefined()
    })
  })
})
