import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { readArguments } from '../../lib/doctor/arguments.js'
import type { OryCheck } from '../../lib/doctor/check.js'
import { examine, exitStatus } from '../../lib/doctor/examine.js'
import { storeAdvice } from '../../lib/doctor/store-advice.js'
import { createStoreProbe } from '../../lib/doctor/store-probe.js'
import { troubleOf } from '../../lib/doctor/store-trouble.js'
import type { SessionStore } from '../../lib/index.js'
import { createFakeOry, createMemoryStore } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { redisClients } from '../support/redis-clients.js'
import { logNameOf } from '../../lib/store/keyring.js'
import { hasRedis, startRedis, withRedis } from '../support/redis-server.js'
import type { RedisServer } from '../support/redis-server.js'
import { eventually, storeSecret } from '../support/fleet.js'
import { createWorld } from '../support/world.js'

jest.setTimeout(60_000)

const world = createWorld()
const password = 'canary-password'
let fake: FakeOry
beforeAll(async () => {
  fake = await createFakeOry()
})
afterAll(() => fake.close())

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (thing) => thing.close()))
})

async function start(...args: readonly string[]): Promise<RedisServer> {
  const redis = await startRedis(args)
  open.push(redis)
  return redis
}

/** Runs the doctor as its command does. */
const ask = (words: readonly string[], variables = {}): Promise<readonly OryCheck[]> =>
  examine(readArguments(['doctor', '--url', fake.url, ...words]), variables)

const storeOf = (checks: readonly OryCheck[]): OryCheck => checks.at(-1)!

interface Trouble {
  readonly title: string
  readonly arrange: (redis: RedisServer) => Promise<unknown>
  /** Default the address of the server. */
  readonly url?: (redis: RedisServer) => string
  readonly outcome: OryCheck['outcome']
  readonly fix: RegExp
  readonly status: number
}

const nothing = async (): Promise<void> => undefined
const withPassword = ({ url }: RedisServer, given = password) => url.replace('//', `//:${given}@`)

const troubles: readonly Trouble[] = [
  {
    title: 'asks for a password that is not sent',
    arrange: (redis) => redis.command('CONFIG', 'SET', 'requirepass', password),
    outcome: 'wrong',
    fix: /password into REDIS_URL/,
    status: 1,
  },
  {
    title: 'has another password',
    arrange: (redis) => redis.command('CONFIG', 'SET', 'requirepass', 'canary-other'),
    url: withPassword,
    outcome: 'wrong',
    fix: /Compare user and password/,
    status: 1,
  },
  {
    title: 'forbids a command',
    arrange: async (redis) => {
      await redis.command(
        'ACL',
        'SETUSER',
        'app',
        'on',
        `>${password}`,
        '~eos1:*',
        '+@all',
        '-xadd',
      )
    },
    url: ({ url }) => url.replace('//', `//app:${password}@`),
    outcome: 'wrong',
    fix: /Allow GET, PTTL, SET, DEL, XADD/,
    status: 1,
  },
  {
    title: 'is a read-only replica',
    arrange: (redis) => redis.command('REPLICAOF', '127.0.0.1', '1'),
    outcome: 'wrong',
    fix: /the primary/,
    status: 1,
  },
  {
    title: 'is full',
    arrange: (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
    outcome: 'wrong',
    fix: /more memory/,
    status: 1,
  },
  {
    title: 'has no stream under the key of the log',
    arrange: (redis) => redis.command('SET', logNameOf(new URL(fake.url).href), 'canary-value'),
    outcome: 'wrong',
    fix: /DEL the key/,
    status: 1,
  },
  {
    title: 'may evict its log',
    arrange: (redis) => redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'),
    outcome: 'warning',
    fix: /volatile-ttl/,
    status: 0,
  },
  {
    title: 'is at another port',
    arrange: nothing,
    url: () => 'redis://127.0.0.1:1',
    outcome: 'unasked',
    fix: /host and port/,
    status: 2,
  },
  {
    title: 'is a server of HTTP',
    arrange: nothing,
    url: () => fake.url.replace('http:', 'redis:'),
    outcome: 'wrong',
    fix: /host and port/,
    status: 1,
  },
  {
    title: 'speaks no TLS',
    arrange: nothing,
    url: ({ url }) => url.replace('redis:', 'rediss:'),
    outcome: 'wrong',
    fix: /redis:\/\/ for one without/,
    status: 1,
  },
  {
    title: 'hangs',
    arrange: async (redis) => redis.freeze(),
    outcome: 'unasked',
    fix: /firewalls/,
    status: 2,
  },
  {
    title: 'is as it should be',
    arrange: nothing,
    outcome: 'ok',
    fix: /^$/,
    status: 0,
  },
  {
    title: 'has a password and an access list as docs/fleet.md says',
    arrange: async (redis) => {
      const commands = ['GET', 'PTTL', 'SET', 'DEL', 'XADD', 'XRANGE', 'PUBLISH'].map(
        (name) => `+${name.toLowerCase()}`,
      )
      await redis.command('ACL', 'SETUSER', 'app', 'on', `>${password}`, '~eos1:*', ...commands)
    },
    url: ({ url }) => url.replace('//', `//app:${password}@`),
    outcome: 'ok',
    fix: /^$/,
    status: 0,
  },
]

const describeRedis = hasRedis ? describe : describe.skip

describeRedis(withRedis('the doctor names what is wrong with a store that'), () => {
  it.each(troubles)('$title', async ({ arrange, url, outcome, fix, status }) => {
    const redis = await start()
    await arrange(redis)
    const variables = { REDIS_URL: url?.(redis) ?? redis.url, ORY_STORE_SECRET: storeSecret }

    const checks = await ask([], variables)

    expect(storeOf(checks)).toMatchObject({ name: 'store', outcome })
    expect(storeOf(checks).fix ?? '').toMatch(fix)
    expect(exitStatus(checks)).toBe(status)
    expect(JSON.stringify(checks)).not.toMatch(/canary/)
    redis.thaw()
  })

  it('is named by --store, and leaves nothing in it', async () => {
    const redis = await start()

    const checks = await ask(['--store', redis.url])

    expect(storeOf(checks)).toMatchObject({ outcome: 'ok' })
    expect(await redis.command('DBSIZE')).toBe(':0\r\n')
  })

  it.each(['node-redis 6', 'node-redis 5', 'ioredis 6', 'ioredis 5', 'iovalkey', 'valkey-glide'])(
    'says no to a client of %s',
    async (client) => {
      const redis = await start()
      const connection = await redisClients[client]!(redis.port)
      open.push(connection)
      const probe = createStoreProbe(connection.store, { storeTimeoutMs: 5_000 })

      expect(await probe()).toBe('well')
      await redis.command('REPLICAOF', '127.0.0.1', '1')
      expect(await probe()).toBe('replica')
      await redis.command('REPLICAOF', 'NO', 'ONE')
      await redis.command('CONFIG', 'SET', 'maxmemory', '1')
      expect(await probe()).toBe('full')
    },
  )
})

describeRedis(withRedis('ory.check() with a client of the application'), () => {
  it.each(['node-redis 6', 'node-redis 5', 'ioredis 6', 'ioredis 5', 'iovalkey'])(
    'says that %s has no connection',
    async (client) => {
      const redis = await start()
      const { store, close } = await redisClients[client]!(redis.port)
      open.push({ close })
      const ory = world.instance({ url: fake.url, store, storeSecret })
      expect(storeOf(await ory.check())).toMatchObject({ outcome: 'ok' })

      await redis.command('SET', logNameOf(new URL(fake.url).href), 'canary-value')
      expect(storeOf(await ory.check())).toMatchObject({ came: storeAdvice.wrong_type.came })

      await redis.close()
      await eventually(async () => {
        const { came } = storeOf(await ory.check())
        return came === storeAdvice.offline.came
      })
    },
  )
})

describe('an argument for a store', () => {
  it.each([
    `redis://:${password}@127.0.0.1:6379`,
    `:${password}@127.0.0.1`,
    `redis://127.0.0.1?password=${password}`,
  ])('has no password: %s', async (url) => {
    await expect(ask(['--store', url])).rejects.toThrow(/--store may have no password/)
  })

  it('is a URL, and what is none is not shown', async () => {
    await expect(ask([], { REDIS_URL: password, ORY_STORE_SECRET: storeSecret })).rejects.toThrow(
      /^the store must be a URL such as redis:\/\/127\.0\.0\.1:6379 \(rediss: with TLS\)$/,
    )
  })
})

describe('ory.check() asks the store of the instance', () => {
  /** A store of memory that differs in some methods. */
  function altered(changes: Partial<SessionStore>): SessionStore {
    const store = createMemoryStore()
    return {
      get: (key) => store.get(key),
      set: (...args) => store.set(...args),
      delete: (key) => store.delete(key),
      append: (...args) => store.append(...args),
      since: (...args) => store.since(...args),
      isAfter: (a, b) => store.isAfter(a, b),
      ...changes,
    }
  }

  async function check(changes: Partial<SessionStore>): Promise<OryCheck> {
    const ory = world.instance({ url: fake.url, store: altered(changes), storeSecret })
    return storeOf(await ory.check())
  }

  const fails = (message: string) => () => Promise.reject(new Error(`${message} ${password}`))

  it.each<[string, Partial<SessionStore>, keyof typeof storeAdvice]>([
    ['which is as it should be', {}, 'well'],
    ['whose reads find nothing', { get: async () => undefined }, 'unread'],
    ['whose log is empty', { since: async () => ({ entries: [] }) }, 'unlogged'],
    ['whose log has a gap', { since: async () => ({ entries: [], isGap: true }) }, 'unlogged'],
    ['whose log has no order', { isAfter: () => false }, 'unlogged'],
    ['which takes no writes', { set: fails('READONLY You cannot write') }, 'replica'],
    ['which takes no entry of its log', { append: fails('OOM command not allowed') }, 'full'],
    ['which lacks its replicas', { set: fails('NOREPLICAS Not enough good replicas') }, 'full'],
    ['which throws', { get: fails('any') }, 'failing'],
  ])('%s', async (_title, changes, state) => {
    const found = await check(changes)

    const { outcome, came, fix } = storeAdvice[state]
    expect(found).toMatchObject({ name: 'store', outcome, came })
    expect(found.fix).toBe(fix)
    expect(JSON.stringify(found)).not.toContain(password)
  })

  it('whose records never end', async () => {
    const store = createMemoryStore()
    const get = async (key: string) => {
      const read = await store.get(key)
      return read && { ...read, ttlMs: Infinity }
    }

    expect(
      await check({ ...altered({}), set: (...args) => store.set(...args), get }),
    ).toMatchObject({
      came: storeAdvice.endless.came,
    })
  })

  it('which is slower than a request waits', async () => {
    const store = createMemoryStore()
    const get = async (key: string) => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      return store.get(key)
    }

    expect(await check({ set: (...args) => store.set(...args), get })).toMatchObject({
      outcome: 'warning',
      came: storeAdvice.slow.came,
    })
  })

  it('and says nothing of one where there is none', async () => {
    const ory = world.instance({ url: fake.url })

    expect(storeOf(await ory.check())).toMatchObject({ name: 'store', outcome: 'skipped' })
  })
})

it.each([
  ['ERR unknown command `XADD`', 'too_old'],
  ['MOVED 866 127.0.0.1:7001', 'cluster'],
  ['LOADING Redis is loading the dataset in memory', 'loading'],
  ['NOPERM this user has no permissions', 'denied'],
  ['The client is closed', 'offline'],
  ["Cluster isn't ready and enableOfflineQueue options is false", 'offline'],
  ['anything else', 'failing'],
])('a client that says %s names the trouble %s', (message, trouble) => {
  expect(troubleOf(new Error(message))).toBe(trouble)
  expect(troubleOf(undefined)).toBe('failing')
})
