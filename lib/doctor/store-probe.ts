import { randomBytes } from 'node:crypto'
import type { SessionStore } from '../shared/session-store.js'
import { troubleOf } from './store-trouble.js'
import type { StoreTrouble } from './store-trouble.js'

/** How a store fares. */
export type StoreState =
  'well' | 'slow' | 'unread' | 'endless' | 'unlogged' | 'evicting' | StoreTrouble

/** Tries a store. Never rejects: a client's error can hold keys, values and passwords. */
export type StoreProbe = () => Promise<StoreState>

export interface StoreProbeSettings {
  /** How long a request waits for the store, in milliseconds. */
  readonly storeTimeoutMs: number
  /** The log that the application reads. It is read here too, and not written. */
  readonly logName?: string
  /** What the engine says of itself, where it can be asked. */
  readonly readState?: () => Promise<StoreState | undefined>
}

/** How long the engine keeps what is written, in milliseconds: nothing of it is left to clean up. */
const keepMs = 10_000
/** How long all of the questions may take, in milliseconds. */
const timeoutMs = 5_000

export function createStoreProbe(store: SessionStore, settings: StoreProbeSettings): StoreProbe {
  // As the store's own keys begin, because an access list may allow no others.
  const name = `eos1:doctor:${randomBytes(12).toString('hex')}`

  async function readBack(): Promise<StoreState> {
    const text = randomBytes(24).toString('base64url')
    await store.set(name, text, keepMs)
    const startedAt = performance.now()
    const read = await store.get(name)
    const tookMs = performance.now() - startedAt
    await store.delete(name)
    if (read?.value !== text) return 'unread'
    const { ttlMs = keepMs } = read
    if (!(ttlMs > 0 && ttlMs <= keepMs)) return 'endless'
    return tookMs > settings.storeTimeoutMs ? 'slow' : 'well'
  }

  async function readLog(): Promise<StoreState> {
    const log = `${name}:log`
    await store.append(log, 'one', keepMs)
    await store.append(log, 'two', keepMs)
    const { entries } = await store.since(log)
    const [first, second] = entries
    const isWhole = first?.[1] === 'one' && second?.[1] === 'two' && entries.length === 2
    const later = first === undefined ? undefined : await store.since(log, first[0])
    // An engine may keep its logs without an end.
    await store.delete(log)
    const isContinued = later?.isGap !== true && later?.entries[0]?.[1] === 'two'
    return isWhole && isContinued && store.isAfter(second[0], first[0]) ? 'well' : 'unlogged'
  }

  async function examine(): Promise<StoreState> {
    const own = await settings.readState?.()
    if (own === 'replica') return own
    if (settings.logName !== undefined) await store.since(settings.logName)
    for (const state of [await readBack(), await readLog()]) if (state !== 'well') return state
    return own ?? 'well'
  }

  return () => inTime(examine()).catch(troubleOf)
}

/** A Redis client may wait for its server for ever. */
async function inTime(work: Promise<StoreState>): Promise<StoreState> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<StoreState>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'silent')
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
