import { GlideClient, Logger } from '@valkey/valkey-glide'
import { Redis as IoRedis } from 'ioredis'
import { Redis as IoRedis5 } from 'ioredis5'
import { Redis as IoValkey } from 'iovalkey'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import type { SessionStore } from '../../lib/index.js'
import { redisStore } from '../../lib/redis/index.js'

/** A store over a client, as the documentation says to set it up. */
export interface RedisConnection {
  readonly store: SessionStore
  close(): Promise<void>
}

/** How to connect with each supported client, by its name and major. */
export const redisClients: Readonly<Record<string, (port: number) => Promise<RedisConnection>>> = {
  'node-redis 6': (port) =>
    byNodeRedis(createClient({ url: urlOf(port), disableOfflineQueue: true })),
  'node-redis 6 by RESP2': (port) =>
    byNodeRedis(createClient({ url: urlOf(port), disableOfflineQueue: true, RESP: 2 }) as never),
  'node-redis 5 by RESP3': (port) =>
    byNodeRedis(createClient5({ url: urlOf(port), disableOfflineQueue: true, RESP: 3 }) as never),
  'node-redis 5': (port) =>
    byNodeRedis(createClient5({ url: urlOf(port), disableOfflineQueue: true }) as never),
  'ioredis 6': (port) => byIoredis(() => new IoRedis(port, quick)),
  'ioredis 5': (port) => byIoredis(() => new IoRedis5(port, quick)),
  iovalkey: (port) => byIoredis(() => new IoValkey(port, quick)),
  'valkey-glide': byGlide,
}

/** What the documentation recommends, and no waiting for minutes where a server is gone. */
export const quick = {
  enableOfflineQueue: false,
  lazyConnect: true,
  retryStrategy: (): number => 20,
} as const

function urlOf(port: number): string {
  return `redis://127.0.0.1:${String(port)}`
}

async function byNodeRedis(client: ReturnType<typeof createClient>): Promise<RedisConnection> {
  const subscriber = client.duplicate()
  for (const one of [client, subscriber]) {
    one.on('error', () => undefined)
    await one.connect()
  }
  return {
    store: redisStore((args) => client.sendCommand(args), {
      async listen(channel, onMessage) {
        await subscriber.subscribe(channel, onMessage)
        return () => subscriber.unsubscribe(channel, onMessage)
      },
    }),
    close() {
      client.destroy()
      subscriber.destroy()
      return Promise.resolve()
    },
  }
}

/** What ioredis and iovalkey have in common, for a single node, Sentinel and cluster. */
export interface IoClient {
  connect(): Promise<void>
  call(command: string, args: string[]): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  on(event: 'error' | 'message', listener: () => void): unknown
  off(event: 'message', listener: () => void): unknown
  disconnect(): void
}

export async function byIoredis(create: () => IoClient): Promise<RedisConnection> {
  const [client, subscriber] = [create(), create()]
  for (const one of [client, subscriber]) {
    one.on('error', () => undefined)
    await one.connect()
  }
  return {
    store: redisStore(([name, ...args]) => client.call(name, args), {
      async listen(channel, onMessage) {
        await subscriber.subscribe(channel)
        subscriber.on('message', onMessage)
        return () => subscriber.off('message', onMessage)
      },
    }),
    close() {
      client.disconnect()
      subscriber.disconnect()
      return Promise.resolve()
    },
  }
}

async function byGlide(port: number): Promise<RedisConnection> {
  // It would write its warnings to the console.
  Logger.setLoggerConfig('off')
  const addresses = [{ host: '127.0.0.1', port }]
  // A busy machine takes its time; requests wait no longer than `storeTimeoutMs` in any case.
  const client = await GlideClient.createClient({ addresses, requestTimeout: 1_000 })
  const heard = new Map<string, () => void>()
  const subscriber = await GlideClient.createClient({
    addresses,
    pubsubSubscriptions: {
      channelsAndPatterns: {},
      callback: ({ channel }) => heard.get(String(channel))?.(),
    },
  })
  return {
    store: redisStore((args) => client.customCommand(args), {
      async listen(channel, onMessage) {
        heard.set(channel, onMessage)
        await subscriber.subscribe([channel], 1_000)
        return () => subscriber.unsubscribe([channel], 1_000)
      },
    }),
    close() {
      client.close()
      subscriber.close()
      return Promise.resolve()
    },
  }
}

/** Without a bell: it polls. */
export function ofGlide(client: {
  customCommand(args: string[]): Promise<unknown>
  close(): void
}): RedisConnection {
  return {
    store: redisStore((args) => client.customCommand(args)),
    close() {
      client.close()
      return Promise.resolve()
    },
  }
}
