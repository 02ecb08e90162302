import { afterEach, describe, expect, it } from '@jest/globals'
import type { OrySession } from '../../lib/index.js'
import { eventually, outcomeOf, storeSecret } from '../support/fleet.js'
import { redisClients } from '../support/redis-clients.js'
import { hasRedis, startRedis, withRedis } from '../support/redis-server.js'
import type { RedisServer } from '../support/redis-server.js'
import { byToken, createWorld } from '../support/world.js'
import type { FakeOry } from '../../lib/testing/index.js'

const describeRedis = hasRedis ? describe : describe.skip
const world = createWorld()
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (thing) => thing.close()))
})

interface Scene {
  readonly redis: RedisServer
  readonly fake: FakeOry
  readonly a: OrySession
  readonly b: OrySession
}

async function start(client: string): Promise<Scene> {
  const redis = await startRedis()
  open.push(redis)
  const fake = await world.fake()
  const connect = redisClients[client]!
  const process = async (): Promise<OrySession> => {
    const connection = await connect(redis.port)
    open.push(connection)
    return world.instance({ url: fake.url, store: connection.store, storeSecret, storePollMs: 20 })
  }
  return { redis, fake, a: await process(), b: await process() }
}

/** What is wrong with the store, and how it begins. */
const faults: readonly (readonly [string, (redis: RedisServer) => Promise<unknown>])[] = [
  ['stopped', async (redis) => redis.freeze()],
  ['killed', async (redis) => redis.kill()],
  ['killed and started again, empty', async (redis) => redis.kill().then(redis.start)],
  ['wiped', async (redis) => redis.command('FLUSHALL')],
  ['full', async (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '1')],
  [
    'slower than the time that it has',
    async (redis) => {
      await redis.command('CONFIG', 'SET', 'busy-reply-threshold', '0')
      // It blocks the whole server for a while, as a slow command does.
      void redis.command('DEBUG', 'SLEEP', '0.4').catch(() => undefined)
    },
  ],
  ['a replica without its primary', async (redis) => redis.command('REPLICAOF', '127.0.0.1', '1')],
  ['full of other things under our names', poison],
  ['cut off from its clients', async (redis) => redis.command('CLIENT', 'KILL', 'TYPE', 'normal')],
]

/** Puts a list where each record and each log is. */
async function poison(redis: RedisServer): Promise<void> {
  const keys = (await redis.command('KEYS', 'eos1:*')).split('\r\n')
  for (const key of keys.filter((line) => line.startsWith('eos1:'))) {
    await redis.command('DEL', key)
    await redis.command('LPUSH', key, 'x')
  }
}

describeRedis(withRedis('with a Redis that fails, every answer is as without a store'), () => {
  describe.each(['node-redis 6', 'ioredis 6', 'valkey-glide'])('by %s', (client) => {
    it.each(faults)('%s', async (_name, begin) => {
      const { redis, fake, a, b } = await start(client)
      const [cached, stored, fresh, gone] = [
        fake.signIn(),
        fake.signIn(),
        fake.signIn(),
        fake.signIn(),
      ]
      await outcomeOf(a, byToken(cached))
      await outcomeOf(b, byToken(cached))
      await outcomeOf(a, byToken(stored))
      await outcomeOf(a, byToken(gone))
      fake.revoke(gone)

      await begin(redis)

      const startedAt = performance.now()
      expect(await outcomeOf(b, byToken(cached))).toBe('cache')
      expect(['cache', 'upstream']).toContain(await outcomeOf(b, byToken(stored)))
      expect(await outcomeOf(b, byToken(fresh))).toBe('upstream')
      expect(await outcomeOf(b, byToken(gone), { fresh: true })).toBe('session_invalid')
      for (let n = 0; n < 8; n += 1) {
        expect(await outcomeOf(b, byToken(fake.signIn()))).toBe('upstream')
      }
      // Three questions wait for the store, no more.
      expect(performance.now() - startedAt).toBeLessThan(2_000)
      redis.thaw()
    })
  })

  it('reaches every process again once it is back', async () => {
    const { redis, fake, a, b } = await start('ioredis 6')
    await outcomeOf(a, byToken(fake.signIn()))
    await redis.kill()
    await outcomeOf(b, byToken(fake.signIn()))
    await redis.start()
    await eventually(async () => {
      const signedIn = fake.signIn()
      await outcomeOf(a, byToken(signedIn))
      return (await outcomeOf(b, byToken(signedIn))) === 'cache'
    }, 20_000)
    const signedIn = fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    await outcomeOf(b, byToken(signedIn))
    fake.revoke(signedIn)
    await a.invalidate({ session: signedIn.session.id })
    await eventually(async () => (await outcomeOf(b, byToken(signedIn))) === 'session_invalid')
    expect(await outcomeOf(a, byToken(signedIn))).toBe('session_invalid')
  }, 30_000)

  it('rejects invalidate while it is stopped, and carries it once it goes on', async () => {
    const { redis, fake, a, b } = await start('ioredis 6')
    const signedIn = fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    await outcomeOf(b, byToken(signedIn))
    fake.revoke(signedIn)
    redis.freeze()
    await expect(a.invalidate({ session: signedIn.session.id })).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    expect(await outcomeOf(a, byToken(signedIn))).toBe('session_invalid')
    redis.thaw()
    await eventually(
      async () => (await outcomeOf(b, byToken(signedIn))) === 'session_invalid',
      9_000,
    )
  }, 20_000)

  it('closes without waiting for it, and leaves the client open', async () => {
    const { redis, fake, a } = await start('node-redis 6')
    await outcomeOf(a, byToken(fake.signIn()))
    await a.close()
    expect(await redis.command('CLIENT', 'LIST')).toContain('cmd=')
  })
})
