import { createMemoryStore } from 'express-ory-session/testing'
import { startStubOry } from '../stub-ory.js'
import { sessionCookie } from '../visitor.js'
import { closeAll, createInstances, createMovedClock } from './instances.js'

const processes = 4
const requests = 20_000
const visitors = 2_000

/** How often four processes ask Ory in 20 s at 1,000 requests per second, without and with a store. */
export async function countFleetCalls(): Promise<{ without: number; withStore: number }> {
  const order = drawZipf(requests, visitors)
  return {
    without: await countCalls(order, false),
    withStore: await countCalls(order, true),
  }
}

async function countCalls(order: readonly number[], isShared: boolean): Promise<number> {
  const clock = createMovedClock()
  const stub = await startStubOry()
  const store = isShared ? createMemoryStore({ now: clock.now }) : undefined
  const stores = Array.from({ length: processes }, () => store)
  const instances = createInstances(stub.url, stores, { clock, storePollMs: 5 })
  try {
    for (const [index, visitor] of order.entries()) {
      const ory = instances[Math.floor(Math.random() * processes)]!
      const { error } = await ory.authenticate({ headers: { cookie: sessionCookie(visitor) } })
      if (error) throw new Error(`Request ${String(index)} was denied: ${error.code}`)
      clock.advance(1)
    }
    return stub.count().total
  } finally {
    await closeAll(instances)
    await stub.close()
  }
}

/** Draws visitors, the n-th most frequent of them with a weight of 1/n. */
export function drawZipf(draws: number, among: number): number[] {
  let sum = 0
  const upTo = Array.from({ length: among }, (_, index) => (sum += 1 / (index + 1)))
  return Array.from({ length: draws }, () => {
    const drawn = Math.random() * sum
    return upTo.findIndex((share) => drawn < share)
  })
}
