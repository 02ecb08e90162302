import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionStore } from 'express-ory-session'
import { quantile } from '../statistics.js'
import { startStubOry } from '../stub-ory.js'
import { sessionCookie } from '../visitor.js'
import { closeAll, createInstances } from './instances.js'

export interface Revoked {
  readonly revocations: number
  /** Of all that the other processes should have heard. */
  readonly missed: number
  /** From the start of `invalidate` until another process asked Ory again, in milliseconds. */
  readonly p50: number
  readonly p99: number
}

const patienceMs = 5_000

/** Revokes one session after the other in one process, and waits until each other process has heard. */
export async function measureRevocations(
  stores: readonly SessionStore[],
  revocations: number,
): Promise<Revoked> {
  const stub = await startStubOry()
  const [first, ...others] = createInstances(stub.url, stores)
  const lags: number[] = []
  let missed = 0
  try {
    for (let visitor = 0; visitor < revocations; visitor += 1) {
      const request = { headers: { cookie: sessionCookie(visitor) } }
      await first!.authenticate(request)
      for (const ory of others) await ory.authenticate(request)
      const startedAt = performance.now()
      await first!.invalidate({ request })
      const heard = await Promise.all(
        others.map(async (ory) => {
          while (performance.now() - startedAt < patienceMs) {
            if (ory.stats().entries === 0) return performance.now() - startedAt
            await sleep(1)
          }
          return undefined
        }),
      )
      for (const lag of heard) {
        if (lag === undefined) missed += 1
        else lags.push(lag)
      }
    }
    return { revocations, missed, p50: quantile(lags, 0.5), p99: quantile(lags, 0.99) }
  } finally {
    await closeAll([first!, ...others])
    await stub.close()
  }
}
