import { findRedisClient } from './redis-client.js'
import type { RedisClient, SendCommand } from './redis-client.js'
import { createStoreProbe } from './store-probe.js'
import type { ProbedStore, StoreProbe } from './store-probe.js'

/** How long a command may take here, in milliseconds. */
const timeoutMs = 5_000

/** A store to examine, and the end of its connection. */
export interface ConnectedStore {
  readonly probe: StoreProbe
  readonly close: () => void
}

/**
 * Connects the store at a URL. A connection that fails is a check's to tell.
 *
 * @throws TypeError for an argument with a password, and when there is no client
 */
export async function connectStore(
  argument: string | undefined,
  variable: string | undefined,
): Promise<ConnectedStore | undefined> {
  if (argument !== undefined && /\/\/[^/]*@/.test(argument)) {
    throw new TypeError(
      '--store may have no password: every user of a machine can read it. Set REDIS_URL and ORY_STORE_SECRET',
    )
  }
  const url = argument ?? variable
  if (url === undefined) return undefined
  const open = findRedisClient(process.cwd())
  let client: RedisClient | undefined
  try {
    client = await open(url)
  } catch {
    // The error of a client can hold the URL with its password.
    const away = (): Promise<never> => Promise.reject(new Error('The store is away'))
    return { probe: { writeAndRead: away, appendAndRead: away }, close: () => undefined }
  }
  return { probe: createStoreProbe(storeOf(client.send), timeoutMs), close: client.close }
}

/** The commands that the store of a fleet sends, as far as the probe needs them. */
function storeOf(send: SendCommand): ProbedStore {
  return {
    async get(key) {
      const value = await send(['GET', key])
      return typeof value === 'string' ? { value } : undefined
    },
    set: (key, value, ttlMs) => send(['SET', key, value, 'PX', String(ttlMs)]),
    delete: (key) => send(['DEL', key]),
    append: (log, entry) => send(['XADD', log, '*', 'e', entry]),
    async since(log) {
      const rows = (await send(['XRANGE', log, '-', '+'])) as [string, string[]][]
      return { entries: rows.map(([id, fields]) => [id, String(fields[1])] as const) }
    },
  }
}
