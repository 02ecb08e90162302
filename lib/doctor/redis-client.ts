import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Sends one command, name first, and resolves to its reply. */
export type SendCommand = (args: readonly [string, ...string[]]) => Promise<unknown>

/** A connection of the doctor's own. */
export interface RedisClient {
  readonly send: SendCommand
  readonly close: () => void
}

/** What is used of node-redis. */
interface NodeRedis {
  readonly createClient: (options: object) => {
    on(event: 'error', listener: () => void): void
    connect(): Promise<unknown>
    sendCommand(args: readonly string[]): Promise<unknown>
    destroy(): void
  }
}

/** What is used of ioredis and iovalkey. */
interface IoRedis {
  default: new (
    url: string,
    options: object,
  ) => {
    on(event: 'error', listener: () => void): void
    connect(): Promise<unknown>
    call(...args: readonly string[]): Promise<unknown>
    disconnect(): void
  }
}

const connectTimeout = 5_000
const ignore = (): void => undefined

async function openNodeRedis({ createClient }: NodeRedis, url: string): Promise<RedisClient> {
  const socket = { connectTimeout, reconnectStrategy: false }
  const client = createClient({ url, socket, disableOfflineQueue: true })
  client.on('error', ignore)
  await client.connect()
  return { send: (args) => client.sendCommand(args), close: () => client.destroy() }
}

async function openIoRedis({ default: Redis }: IoRedis, url: string): Promise<RedisClient> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout, retryStrategy: () => null })
  client.on('error', ignore)
  await client.connect()
  return { send: (args) => client.call(...args), close: () => client.disconnect() }
}

const openers = [
  ['redis', (module: unknown, url: string) => openNodeRedis(module as NodeRedis, url)],
  ['ioredis', (module: unknown, url: string) => openIoRedis(module as IoRedis, url)],
  ['iovalkey', (module: unknown, url: string) => openIoRedis(module as IoRedis, url)],
] as const

/**
 * Finds the client that the application has installed, and makes the function that connects it. This
 * package depends on none.
 *
 * @throws TypeError when there is none
 */
export function findRedisClient(folder: string): (url: string) => Promise<RedisClient> {
  const { resolve } = createRequire(join(folder, 'package.json'))
  for (const [name, open] of openers) {
    let path: string
    try {
      path = resolve(name)
    } catch {
      continue
    }
    return async (url) => open(await import(pathToFileURL(path).href), url)
  }
  throw new TypeError('the store needs a client: install redis, ioredis or iovalkey in this folder')
}
