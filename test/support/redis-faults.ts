import type { RedisProxy } from './redis-proxy.js'
import type { RedisServer } from './redis-server.js'

/** What can be wrong with a Redis. */
export interface RedisFault {
  readonly begin: (redis: RedisServer, proxy: RedisProxy) => unknown
  /** Every reading fails. */
  readonly isDown?: boolean
  /** Records that were there before can still be read. */
  readonly isReadable?: boolean
  /** A revocation can be written, so `invalidate` resolves. */
  readonly isWritable?: boolean
}

export const redisFaults: Readonly<Record<string, RedisFault>> = {
  'that has nothing': { begin: () => undefined, isReadable: true, isWritable: true },
  'that is stopped': { begin: (redis) => redis.freeze(), isDown: true },
  'that is killed': { begin: (redis) => redis.kill(), isDown: true },
  'that starts again, empty': { begin: (redis) => redis.kill().then(redis.start) },
  'that is wiped': { begin: (redis) => redis.command('FLUSHALL'), isWritable: true },
  'that is full': {
    begin: (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
    isReadable: true,
  },
  'that is slow': { begin: (_redis, proxy) => proxy.delay(10), isReadable: true, isWritable: true },
  'that is slower than the time that it has': {
    begin: (_redis, proxy) => proxy.delay(400),
    isDown: true,
  },
  'that became a replica': {
    begin: (redis) => redis.command('REPLICAOF', '127.0.0.1', '1'),
    isReadable: true,
  },
  'that has other things under our names': { begin: poison },
  'that closes its connections': {
    begin: (redis) => redis.command('CLIENT', 'KILL', 'TYPE', 'normal'),
    isReadable: true,
  },
  'that breaks off in the middle of a reply': {
    begin: (_redis, proxy) => proxy.cut(),
    isDown: true,
  },
}

/** Puts a list in the stead of each record and each log. */
async function poison(redis: RedisServer): Promise<void> {
  const keys = (await redis.command('KEYS', 'eos1:*')).split('\r\n')
  for (const key of keys.filter((line) => line.startsWith('eos1:'))) {
    await redis.command('DEL', key)
    await redis.command('LPUSH', key, 'x')
  }
}
