import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import type { OrySession, OryStoreEvent } from '../../lib/index.js'
import { heard, outcomeOf, storeSecret } from '../support/fleet.js'
import { createHandClock } from '../support/hand-clock.js'
import { redisClients } from '../support/redis-clients.js'
import { redisFaults } from '../support/redis-faults.js'
import type { RedisFault } from '../support/redis-faults.js'
import { startRedisProxy } from '../support/redis-proxy.js'
import { hasRedis, startRedis, withRedis } from '../support/redis-server.js'
import { byToken, createWorld, idle } from '../support/world.js'

jest.setTimeout(60_000)

const describeRedis = hasRedis ? describe : describe.skip
const world = createWorld()
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

/** In which state of its memory a process finds what it is asked about. */
const states = [
  'hit',
  'refresh due',
  'refresh due, ended at Ory',
  'expired',
  'expired, ended at Ory',
  'refused',
  'unknown',
  'unknown, ended at Ory',
  'in the store alone',
] as const
type State = (typeof states)[number]

/** Two processes that share a Redis, and one that shares nothing, with the same things in memory. */
async function prepare(client: string) {
  const redis = await startRedis()
  open.push(redis)
  const proxy = await startRedisProxy(redis.port)
  open.push(proxy)
  const clock = createHandClock()
  const fake = await world.fake({ clock })
  const sharing = async (): Promise<OrySession> => {
    const connection = await redisClients[client]!(proxy.port)
    open.push(connection)
    const { store } = connection
    // Quick enough for what is slow only, on a busy machine too.
    const times = { storePollMs: 20, storeTimeoutMs: 200 }
    return world.instance({ url: fake.url, clock, store, storeSecret, ...times })
  }
  const [a, b] = [await sharing(), await sharing()]
  const plain = world.instance({ url: fake.url, clock })

  const users = Object.fromEntries(states.map((state) => [state, fake.signIn()])) as Record<
    State,
    ReturnType<typeof fake.signIn>
  >
  const learn = async (...some: readonly State[]): Promise<void> => {
    for (const state of some) {
      for (const ory of [b, plain]) await outcomeOf(ory, byToken(users[state]))
    }
  }
  await learn('expired', 'expired, ended at Ory')
  clock.advance(1_600)
  await learn('refresh due', 'refresh due, ended at Ory')
  clock.advance(8_500)
  await heard(a, b)
  for (const state of states) if (state.includes('ended')) fake.revoke(users[state])
  fake.revoke(users.refused)
  await learn('hit', 'refused')
  await outcomeOf(a, byToken(users['in the store alone']))

  /** What each state comes to, asked twice. */
  async function outcomes(ory: OrySession): Promise<Record<string, string[]>> {
    const all: Record<string, string[]> = {}
    for (const state of states) {
      const first = await outcomeOf(ory, byToken(users[state]))
      await idle(ory)
      all[state] = [first, await outcomeOf(ory, byToken(users[state]))]
    }
    return all
  }
  return { redis, proxy, fake, a, b, plain, outcomes }
}

describeRedis(withRedis('a process with a Redis'), () => {
  describe.each(Object.entries(redisFaults))('%s', (_fault, fault: RedisFault) => {
    it.each(['node-redis 6', 'ioredis 6', 'valkey-glide'])(
      'answers as one without a store, in every state of its memory, by %s',
      async (client) => {
        const { redis, proxy, fake, b, plain, outcomes } = await prepare(client)
        await fault.begin(redis, proxy)
        const failures = countFailures()

        // At once: what takes time is that each waits for others before it believes a 401.
        const [expected, found] = await Promise.all([outcomes(plain), outcomes(b)])

        const stored = found['in the store alone']![0]
        expect(fault.isReadable === true ? ['cache', 'upstream'] : ['upstream']).toContain(stored)
        expect(found).toEqual({ ...expected, 'in the store alone': [stored, 'cache'] })
        // After three failures in a row nobody waits for it any more.
        for (let n = 0; n < 10; n += 1) {
          expect(await outcomeOf(b, byToken(fake.signIn()))).toBe('upstream')
        }
        expect(failures.stop()).toBeLessThanOrEqual(fault.isDown === true ? 3 : Infinity)
        await expectInvalidate(b, fake, fault)
        redis.thaw()
      },
    )
  })
})

/** `invalidate` counts here in any case, and says so if it does not count elsewhere yet. */
async function expectInvalidate(
  ory: OrySession,
  fake: Awaited<ReturnType<typeof prepare>>['fake'],
  { isWritable = false }: RedisFault,
): Promise<void> {
  const signedIn = fake.signIn()
  await outcomeOf(ory, byToken(signedIn))
  fake.revoke(signedIn)
  const done = await ory.invalidate({ session: signedIn.session.id }).then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  )
  expect(isWritable ? ['done'] : ['done', 'store_unavailable']).toContain(done)
  expect(await outcomeOf(ory, byToken(signedIn))).toBe('session_invalid')
}

/** Counts the readings of records that failed. */
function countFailures(): { stop(): number } {
  let count = 0
  const listener = (message: unknown): void => {
    const { operation, outcome } = message as OryStoreEvent
    if (operation === 'get' && (outcome === 'timeout' || outcome === 'error')) count += 1
  }
  subscribe('express-ory-session:store', listener)
  return {
    stop() {
      unsubscribe('express-ory-session:store', listener)
      return count
    },
  }
}
