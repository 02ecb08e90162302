import { randomBytes } from 'node:crypto'

/** What the check of a store needs of a `SessionStore`. */
export interface ProbedStore {
  get(key: string): Promise<{ readonly value: string } | null | undefined>
  set(key: string, value: string, ttlMs: number): Promise<unknown>
  delete(key: string): Promise<unknown>
  append(log: string, entry: string, keepMs: number): Promise<unknown>
  since(log: string): Promise<{ readonly entries: readonly (readonly [string, string])[] }>
}

/** Tries a store. Each function rejects when the store does not answer in time. */
export interface StoreProbe {
  /** Writes a record under a name of its own, reads it and removes it: whether it came back whole. */
  writeAndRead(): Promise<boolean>
  /** Appends to a log of its own and reads that: whether the entry was there. */
  appendAndRead(): Promise<boolean>
}

/** How long the engine keeps what is written, in milliseconds: nothing of it is left to clean up. */
const keepMs = 10_000

export function createStoreProbe(store: ProbedStore, timeoutMs: number): StoreProbe {
  const name = `ory-doctor-${randomBytes(16).toString('hex')}`
  const text = randomBytes(24).toString('base64url')

  async function writeAndRead(): Promise<boolean> {
    await store.set(name, text, keepMs)
    const read = await store.get(name)
    await store.delete(name)
    return read?.value === text
  }

  async function appendAndRead(): Promise<boolean> {
    const log = `${name}-log`
    await store.append(log, text, keepMs)
    const { entries } = await store.since(log)
    // An engine may keep its logs without an end.
    await store.delete(log)
    return entries.some(([, entry]) => entry === text)
  }

  return {
    writeAndRead: () => inTime(writeAndRead(), timeoutMs),
    appendAndRead: () => inTime(appendAndRead(), timeoutMs),
  }
}

/** A Redis client may wait for its server for ever. */
async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The store did not answer in time')), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
