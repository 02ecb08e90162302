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
/** How long servers and clients may take to notice what happened, in milliseconds. */
const patienceMs = 60_000

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

type Connect = (port: number) => Promise<RedisConnection>

/** Two processes that share a group of servers by one client. */
async function startPair(group: RedisGroup, connect: Connect) {
  const fake = await world.fake()
  const process = async (): Promise<OrySession> => {
    const connection = await connect(group.port)
    open.push(connection)
    // Enough for a busy machine: a command that is late counts as one that failed.
    const times = { storePollMs: 20, storeTimeoutMs: 500 }
    return world.instance({ url: fake.url, store: connection.store, storeSecret, ...times })
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
    const [stays, gone] = [fake.signIn(), fake.signIn()]
    await outcomeOf(b, byToken(stays))
    await outcomeOf(b, byToken(gone))
    // One who was known and is live: without that, several who log out one after the other look like an
    // outage.
    expect(await outcomeOf(b, byToken(stays), { fresh: true })).toBe('upstream')
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

  return { sharesAll, answersAll, revokesEverywhere }
}

/**
 * A pair by each client on the same servers, and what does something with all pairs at once: what takes
 * time is that servers and clients notice what happened, and they do so together.
 */
async function startPairs(startGroup: () => Promise<RedisGroup>, clients: Record<string, Connect>) {
  const group = await startGroup()
  open.push(group)
  const pairs = await Promise.all(
    Object.entries(clients).map(async ([name, connect]) => ({
      name,
      pair: await startPair(group, connect),
    })),
  )
  type Pair = Awaited<ReturnType<typeof startPair>>
  const each = async (step: (pair: Pair) => Promise<unknown>): Promise<void> => {
    await Promise.all(
      pairs.map(async ({ name, pair }) =>
        step(pair).catch((error: unknown) => {
          throw new Error(`by ${name}: ${String(error)}`, { cause: error })
        }),
      ),
    )
  }
  const shares = (pair: Pair) => eventually(pair.sharesAll, patienceMs)
  const revokes = (pair: Pair) =>
    eventually(
      async () =>
        pair
          .revokesEverywhere()
          .then(() => true)
          .catch(() => false),
      patienceMs,
    )
  return { group, each, shares, revokes }
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

describeRedis(withRedis('processes that share servers'), () => {
  it('answer without a cluster while a node of it is gone, and share again once it is back', async () => {
    const { group, each, shares, revokes } = await startPairs(startCluster, clusterClients)
    await each(shares)
    await each((pair) => pair.revokesEverywhere())
    const lost = group.servers[1]!
    await lost.kill()
    await each((pair) => pair.answersAll())
    // By now the others know that it is gone, and take no command for any slot.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await each((pair) => pair.answersAll())
    await lost.start()
    await each(shares)
    await expect(each(revokes)).resolves.toBeUndefined()
  }, 180_000)

  it('answer without a primary of Sentinel that is gone, and share the replica once it has taken over', async () => {
    const { group, each, shares, revokes } = await startPairs(startSentinel, sentinelClients)
    await each(shares)
    await each((pair) => pair.revokesEverywhere())
    await group.servers[0]!.kill()
    await each((pair) => pair.answersAll())
    await each(shares)
    await expect(each(revokes)).resolves.toBeUndefined()
  }, 180_000)
})
