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

describeRedis(withRedis('a Redis that fails'), () => {
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
