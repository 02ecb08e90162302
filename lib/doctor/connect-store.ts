import { redisStore } from '../redis/redis-store.js'
import type { SendCommand } from '../redis/redis-store.js'
import { findRedisClient } from './redis-client.js'
import type { RedisClient } from './redis-client.js'
import { createStoreProbe } from './store-probe.js'
import type { StoreProbe, StoreProbeSettings, StoreState } from './store-probe.js'
import { sniff } from './sniff.js'
import { troubleOf } from './store-trouble.js'
import type { StoreTrouble } from './store-trouble.js'

/** A store to examine, and the end of its connection. */
export interface ConnectedStore {
  readonly probe: StoreProbe
  readonly close: () => void
}

/**
 * Connects the store at a URL. A connection that fails is for a check to say.
 *
 * @throws TypeError for an argument with a password, for what is no URL of Redis, and without a client
 */
export async function connectStore(
  argument: string | undefined,
  variable: string | undefined,
  asked: Pick<StoreProbeSettings, 'storeTimeoutMs' | 'logName'>,
): Promise<ConnectedStore | undefined> {
  if (argument !== undefined && /[@?]/.test(argument)) {
    throw new TypeError(
      '--store may have no password: every user of a machine can read it. Set REDIS_URL and ORY_STORE_SECRET',
    )
  }
  const url = argument ?? variable
  if (url === undefined) return undefined
  if (!/^(?:redis|valkey)s?:\/\//.test(url) || !URL.canParse(url)) {
    // What came is not shown, because it may hold a password.
    throw new TypeError('the store must be a URL such as redis://127.0.0.1:6379 (rediss: with TLS)')
  }
  const open = findRedisClient(process.cwd())
  let client: RedisClient
  try {
    client = await open(url.replace(/^valkey/, 'redis'))
  } catch (error) {
    const trouble = await explain(troubleOf(error), new URL(url))
    return { probe: () => Promise.resolve(trouble), close: () => undefined }
  }
  const { send, close } = client
  const readState = () => readStateOf(send)
  return { probe: createStoreProbe(redisStore(send), { ...asked, readState }), close }
}

/** A client whose connection breaks, or that waits, may speak the wrong protocol. */
async function explain(trouble: StoreTrouble, url: URL): Promise<StoreTrouble> {
  if (trouble !== 'not_redis' && trouble !== 'silent' && trouble !== 'tls') return trouble
  const speaker = await sniff(url)
  const isTls = /^\w+s:$/.test(url.protocol)
  if (speaker === 'other') return 'not_redis'
  return speaker === (isTls ? 'redis' : 'tls') ? 'tls' : trouble
}

/** What Redis says of itself; an access list may forbid the question. */
async function readStateOf(send: SendCommand): Promise<StoreState | undefined> {
  const info = await send(['INFO']).then(String, () => '')
  if (/^role:slave/m.test(info)) return 'replica'
  return /^maxmemory_policy:allkeys/m.test(info) ? 'evicting' : undefined
}
