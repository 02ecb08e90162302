import type { SessionStore } from 'express-ory-session'
import { quantile } from '../statistics.js'
import { startStubOry } from '../stub-ory.js'
import { sessionCookie } from '../visitor.js'
import { closeAll, createInstances } from './instances.js'

export interface Cost {
  readonly p50Us: number
  /** CPU of this process, which holds the stub of Ory too where that is asked. */
  readonly cpuUs: number
}

/** What an answer out of the store takes, and what one of Ory's does, one at a time. */
export async function measureStoreHit(
  stores: readonly [SessionStore, SessionStore],
  sessions: number,
): Promise<{ hit: Cost; whoami: Cost }> {
  const stub = await startStubOry({ sessions })
  // So long that even a busy machine reads all that it has written.
  const patient = { cacheTtlMs: 600_000, storeTimeoutMs: 5_000 }
  const [writer, reader] = createInstances(stub.url, stores, patient)
  const [plain] = createInstances(stub.url, [undefined])
  const requests = Array.from({ length: sessions }, (_, visitor) => ({
    headers: { cookie: sessionCookie(visitor) },
  }))
  try {
    for (const request of requests) await writer!.authenticate(request)
    const before = stub.count().total
    const hit = await measure(requests, async (request) => reader!.authenticate(request))
    if (stub.count().total !== before) throw new Error('Not every answer came out of the store')
    return { hit, whoami: await measure(requests, async (request) => plain!.authenticate(request)) }
  } finally {
    await closeAll([writer!, reader!, plain!])
    await stub.close()
  }
}

async function measure<T>(items: readonly T[], ask: (item: T) => Promise<unknown>): Promise<Cost> {
  const times: number[] = []
  const start = process.cpuUsage()
  for (const item of items) {
    const startedAt = performance.now()
    await ask(item)
    times.push((performance.now() - startedAt) * 1_000)
  }
  const { user, system } = process.cpuUsage(start)
  return { p50Us: quantile(times, 0.5), cpuUs: (user + system) / items.length }
}
