import { GlideClusterClient, Logger } from '@valkey/valkey-glide'
import { Cluster as IoCluster, Redis as IoRedis } from 'ioredis'
import { Cluster as IoCluster5, Redis as IoRedis5 } from 'ioredis5'
import { Cluster as IoValkeyCluster, Redis as IoValkey } from 'iovalkey'
import { createCluster, createSentinel } from 'redis'
import { createCluster as createCluster5, createSentinel as createSentinel5 } from 'redis5'
import { redisStore } from '../../lib/redis/index.js'
import { byIoredis, ofGlide, quick } from './redis-clients.js'
import type { RedisConnection } from './redis-clients.js'
import { primaryName } from './redis-groups.js'

type Connect = (port: number) => Promise<RedisConnection>

/** How to connect to a cluster with each supported client, as the documentation says. */
export const clusterClients: Readonly<Record<string, Connect>> = {
  'node-redis 6': (port) => byCluster(createCluster(clusterOf(port))),
  'node-redis 5': (port) => byCluster(createCluster5(clusterOf(port))),
  'ioredis 6': (port) => byIoredis(() => new IoCluster([at(port)], io)),
  'ioredis 5': (port) => byIoredis(() => new IoCluster5([at(port)], io)),
  iovalkey: (port) => byIoredis(() => new IoValkeyCluster([at(port)], io)),
  async 'valkey-glide'(port) {
    Logger.setLoggerConfig('off')
    return ofGlide(
      await GlideClusterClient.createClient({ addresses: [at(port)], requestTimeout: 1_000 }),
    )
  },
}

/** How to connect by Sentinel with each client that knows it; valkey-glide does not. */
export const sentinelClients: Readonly<Record<string, Connect>> = {
  'node-redis 6': (port) => bySentinel(createSentinel(sentinelOf(port))),
  'node-redis 5': (port) => bySentinel(createSentinel5(sentinelOf(port))),
  'ioredis 6': (port) => byIoredis(() => new IoRedis(ioSentinel(port))),
  'ioredis 5': (port) => byIoredis(() => new IoRedis5(ioSentinel(port))),
  iovalkey: (port) => byIoredis(() => new IoValkey(ioSentinel(port))),
}

const at = (port: number) => ({ host: '127.0.0.1', port })

const io = {
  enableOfflineQueue: false,
  lazyConnect: true,
  clusterRetryStrategy: (): number => 20,
  slotsRefreshInterval: 500,
} as const

const ioSentinel = (port: number) => ({
  ...quick,
  sentinels: [at(port)],
  name: primaryName,
  sentinelRetryStrategy: (): number => 20,
})

const clusterOf = (port: number) => ({
  rootNodes: [{ url: `redis://127.0.0.1:${String(port)}` }],
  defaults: { disableOfflineQueue: true, socket: { reconnectStrategy: 20 } },
})

const sentinelOf = (port: number) => ({
  name: primaryName,
  sentinelRootNodes: [at(port)],
  nodeClientOptions: { disableOfflineQueue: true, socket: { reconnectStrategy: 20 } },
  scanInterval: 200,
})

/** What the groups of node-redis have in common. */
interface NodeGroup {
  on(event: 'error', listener: () => void): unknown
  connect(): Promise<unknown>
  subscribe(channel: string, listener: () => void): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  destroy(): unknown
}

interface NodeCluster extends NodeGroup {
  sendCommand(key: string | undefined, isReadonly: boolean, args: string[]): Promise<unknown>
}

interface NodeSentinel extends NodeGroup {
  sendCommand(isReadonly: boolean, args: string[]): Promise<unknown>
}

function byCluster(cluster: NodeCluster): Promise<RedisConnection> {
  return connected(cluster, (args) => cluster.sendCommand(args[1], false, args))
}

function bySentinel(sentinel: NodeSentinel): Promise<RedisConnection> {
  return connected(sentinel, (args) => sentinel.sendCommand(false, args))
}

async function connected(
  group: NodeGroup,
  send: (args: string[]) => Promise<unknown>,
): Promise<RedisConnection> {
  group.on('error', () => undefined)
  await group.connect()
  return {
    store: redisStore(send, {
      async listen(channel, onMessage) {
        await group.subscribe(channel, onMessage)
        return () => group.unsubscribe(channel)
      },
    }),
    async close() {
      await group.destroy()
    },
  }
}
