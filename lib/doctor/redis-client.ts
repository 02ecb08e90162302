import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SendCommand } from '../redis/redis-store.js'

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
    on(event: 'error', listener: (error: unknown) => void): void
    connect(): Promise<unknown>
    call(...args: readonly string[]): Promise<unknown>
    disconnect(): void
  }
}

const connectTimeout = 3_000
const ignore = (): void => undefined

/** A client may wait for ever for a server that accepts the connection and says nothing. */
async function inTime(connecting: Promise<unknown>, close: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(reject, connectTimeout, new Error('Connection timeout'))
  })
  try {
    await Promise.race([connecting, late])
  } catch (error) {
    close()
    throw error
  } finally {
    clearTimeout(timer)
    connecting.catch(ignore)
  }
}

async function openNodeRedis({ createClient }: NodeRedis, url: string): Promise<RedisClient> {
  const socket = { connectTimeout, reconnectStrategy: false }
  const client = createClient({ url, socket, disableOfflineQueue: true })
  client.on('error', ignore)
  const close = (): void => client.destroy()
  await inTime(client.connect(), close)
  return { send: (args) => client.sendCommand(args), close }
}

async function openIoRedis({ default: Redis }: IoRedis, url: string): Promise<RedisClient> {
  const client = new Redis(url, { lazyConnect: true, connectTimeout, retryStrategy: () => null })
  let cause: unknown
  client.on('error', (error) => (cause = error))
  const close = (): void => client.disconnect()
  try {
    await inTime(client.connect(), close)
  } catch (error) {
    // What it rejects with says that the connection is closed, and not why.
    throw cause ?? error
  }
  return { send: (args) => client.call(...args), close }
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
