import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { OrySession, SessionStore } from '../../lib/index.js'
import { storeContract } from '../../lib/testing/index.js'
import { eventually, outcomeOf, storeSecret } from '../support/fleet.js'
import type { RedisConnection } from '../support/redis-clients.js'
import { clusterClients, sentinelClients } from '../support/redis-group-clients.js'
import { startCluster, startSentinel } from '../support/redis-groups.js'
import type { RedisGroup } from '../support/redis-groups.js'
import { hasRedis, withRedis } from '../support/redis-server.js'
import { byToken, createWorld } from '../support/world.js'

jest.setTimeout(60_000)

const describeRedis = hasRedis ? describe : describe.skip
const world = createWorld()
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  // One after the other: the clients before their servers.
  for (const thing of open.splice(0).reverse()) await thing.close()
})

const kinds = [
  ['a cluster', startCluster, clusterClients],
  ['a primary that Sentinel knows', startSentinel, sentinelClients],
] as const

/** Two processes on servers of their own. */
async function start(
  startGroup: () => Promise<RedisGroup>,
  connect: (port: number) => Promise<RedisConnection>,
) {
  const group = await startGroup()
  open.push(group)
  const fake = await world.fake()
  const process = async (): Promise<OrySession> => {
    const connection = await connect(group.port)
    open.push(connection)
    return world.instance({ url: fake.url, store: connection.store, storeSecret, storePollMs: 20 })
  }
  const [a, b] = [await process(), await process()]

  /** Whether what one of them learns is known to the other, and what it revokes is revoked there. */
  async function sharesAll(): Promise<boolean> {
    const signedIns = Array.from({ length: 6 }, () => fake.signIn())
    for (const signedIn of signedIns) {
      if ((await outcomeOf(a, byToken(signedIn))) !== 'upstream') return false
    }
    for (const signedIn of signedIns) {
      if ((await outcomeOf(b, byToken(signedIn))) !== 'cache') return false
    }
    return true
  }

  /** Answers, while something is wrong, as without a store. */
  async function answersAll(): Promise<void> {
    const gone = fake.signIn()
    await outcomeOf(b, byToken(gone))
    fake.revoke(gone)
    expect(await outcomeOf(b, byToken(gone), { fresh: true })).toBe('session_invalid')
    for (let n = 0; n < 12; n += 1) {
      const signedIn = fake.signIn()
      expect(await outcomeOf(a, byToken(signedIn))).toBe('upstream')
      expect(['cache', 'upstream']).toContain(await outcomeOf(b, byToken(signedIn)))
      expect(await outcomeOf(b, byToken(signedIn))).toBe('cache')
    }
  }

  async function revokesEverywhere(): Promise<void> {
    const signedIn = fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    await outcomeOf(b, byToken(signedIn))
    fake.revoke(signedIn)
    await a.invalidate({ session: signedIn.session.id })
    await eventually(async () => (await outcomeOf(b, byToken(signedIn))) === 'session_invalid')
  }

  return { group, sharesAll, answersAll, revokesEverywhere }
}

describe.each(kinds)('redisStore on %s', (_kind, startGroup, clients) => {
  describeRedis(withRedis('keeps the contract of a store'), () => {
    let group: RedisGroup
    beforeAll(async () => {
      group = await startGroup()
    }, 30_000)
    afterAll(async () => {
      await group.close()
    })

    describe.each(Object.entries(clients))('by %s', (_name, connect) => {
      const connections: RedisConnection[] = []
      beforeAll(async () => {
        connections.push(await connect(group.port), await connect(group.port))
      })
      afterAll(async () => {
        for (const connection of connections) await connection.close()
      })
      const late = (index: number): SessionStore =>
        new Proxy({} as SessionStore, {
          get: (_target, name) => Reflect.get(connections[index]?.store ?? {}, name) as unknown,
        })
      const checks = storeContract({ store: late(0), other: late(1) })
      it.each(checks.map(({ name, run }) => [name, run] as const))('%s', async (_title, run) => {
        await expect(run()).resolves.toBeUndefined()
      })
    })
  })
})

describeRedis(withRedis('processes that share a cluster'), () => {
  it.each(Object.entries(clusterClients))(
    'answer without it while a node is gone, and share again once it is back, by %s',
    async (_name, connect) => {
      const { group, sharesAll, answersAll, revokesEverywhere } = await start(startCluster, connect)
      await expect(eventually(sharesAll)).resolves.toBeUndefined()
      await revokesEverywhere()
      const lost = group.servers[1]!
      await lost.kill()
      await answersAll()
      // By now the others know that it is gone, and take no command for any slot.
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      await answersAll()
      await lost.start()
      await expect(eventually(sharesAll, 30_000)).resolves.toBeUndefined()
      await eventually(
        async () =>
          revokesEverywhere()
            .then(() => true)
            .catch(() => false),
        15_000,
      )
    },
    90_000,
  )
})

describeRedis(withRedis('processes that share a primary of Sentinel'), () => {
  it.each(Object.entries(sentinelClients))(
    'answer without it while it is gone, and share the replica once it has taken over, by %s',
    async (_name, connect) => {
      const { group, sharesAll, answersAll, revokesEverywhere } = await start(
        startSentinel,
        connect,
      )
      await expect(eventually(sharesAll)).resolves.toBeUndefined()
      await revokesEverywhere()
      await group.servers[0]!.kill()
      await answersAll()
      await expect(eventually(sharesAll, 40_000)).resolves.toBeUndefined()
      await eventually(
        async () =>
          revokesEverywhere()
            .then(() => true)
            .catch(() => false),
        15_000,
      )
    },
    90_000,
  )
})
