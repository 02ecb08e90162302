import { setTimeout as sleep } from 'node:timers/promises'
import { createOrySession } from 'express-ory-session'
import type { SessionStore } from 'express-ory-session'
import { startChild } from '../child.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import { sessionCookie } from '../visitor.js'

/** What a cached session takes. */
export interface SessionHeap {
  readonly sessions: number
  /** Bytes of heap for each that has been asked for again. */
  readonly bytes: number
  /** Bytes of heap for each before that. */
  readonly bytesAtFirst: number
  /** Bytes of its JSON. */
  readonly jsonBytes: number
}

/** How many sessions come before the first look. */
const warmUp = 1_000

/** Most that a session may take beside its JSON, in bytes. */
export const mostBesideJson = 1_170

export interface HeapSettings {
  readonly sessions?: number
  readonly store?: SessionStore
}

/**
 * Fills a cache, and looks at the heap before and after.
 *
 * @throws Error where Node was started without `--expose-gc`
 */
export async function measureHeap({
  sessions = 4_000,
  store,
}: HeapSettings = {}): Promise<SessionHeap> {
  // In another process, since it remembers who it was asked about.
  const stub = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory', {
    sessions: warmUp + sessions,
  })
  // A busy machine may take long.
  const options = {
    cacheTtlMs: 3_600_000,
    timeoutMs: 30_000,
    cacheMaxSessions: 20_000,
    cacheMaxBytes: 2 ** 28,
  }
  const storeSecret = 'a secret of the benchmark, of 32 bytes and more'
  const ory = createOrySession({
    url: await stub.ask('url'),
    ...options,
    ...(store && { store, storeSecret }),
  })
  let jsonBytes = 0
  const fill = async (from: number, to: number): Promise<void> => {
    for (let visitor = from; visitor < to; visitor += 1) {
      const { session } = await ory.authenticate({ headers: { cookie: sessionCookie(visitor) } })
      if (session === undefined) throw new Error('Nobody is signed in')
      jsonBytes += Buffer.byteLength(JSON.stringify(session))
    }
  }
  try {
    // The first sessions bring compiled code and connections with them, and room in tables.
    await fill(-warmUp, 0)
    const before = await usedHeap()
    jsonBytes = 0
    await fill(0, sessions)
    const atFirst = await usedHeap()
    jsonBytes = 0
    await fill(0, sessions)
    const after = await usedHeap()
    const { entries, hits } = ory.stats()
    if (entries !== warmUp + sessions || hits !== sessions) throw new Error('Not all are kept')
    return {
      sessions,
      bytes: (after - before) / sessions,
      bytesAtFirst: (atFirst - before) / sessions,
      jsonBytes: jsonBytes / sessions,
    }
  } finally {
    await ory.close()
    await stub.stop()
  }
}

async function usedHeap(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Start node with --expose-gc')
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc()
    // What is released in the background, buffers above all, takes a moment.
    await sleep(20)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
