import { createHook } from 'node:async_hooks'
import { createOrySession } from 'express-ory-session'
import { createExchanges } from '../in-process/exchange.js'
import { startStubOry } from '../stub-ory.js'
import { cookieHeader, requestBytes } from '../visitor.js'

/** How many promises were made. */
export interface PromiseCount {
  readonly hits: number
  /** By as many hits. */
  readonly onHits: number
  /** By one miss: the proof that they are counted at all. */
  readonly onMiss: number
}

/** Counts the promises that hits make. */
export async function countPromises(hits = 100): Promise<PromiseCount> {
  const stub = await startStubOry()
  const ory = createOrySession({ url: stub.url, cacheTtlMs: 3_600_000 })
  const guard = ory.requireSession()
  const exchanges = createExchanges()
  let made = 0
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') made += 1
    },
  })
  const run = async (count: number): Promise<{ promises: number; passed: number }> => {
    const read = await exchanges.open(
      Array.from({ length: count }, () => requestBytes(cookieHeader(0))),
    )
    let passed = 0
    made = 0
    hook.enable()
    for (const { request, response } of read) guard(request, response, () => (passed += 1))
    hook.disable()
    const promises = made
    while (ory.stats().inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 1))
    await exchanges.close(read)
    return { promises, passed }
  }
  try {
    const miss = await run(1)
    const hit = await run(hits)
    if (hit.passed !== hits) throw new Error('Not every hit went on at once')
    return { hits, onHits: hit.promises, onMiss: miss.promises }
  } finally {
    await ory.close()
    await stub.close()
  }
}
