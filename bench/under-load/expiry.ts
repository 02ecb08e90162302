import { startChild } from '../child.js'
import type { AppSettings, AppTasks } from '../over-http/app-process.js'
import type { LoadResult } from '../over-http/load.js'
import type { LoadTasks } from '../over-http/load-process.js'
import type { StubOryTasks } from '../stub-ory-process.js'

const visitors = 20
const perSecond = 400
const cacheTtlMs = 1_000
/** How long Ory takes to answer. */
export const delayMs = 50

/**
 * Sends requests at a steady pace while sessions expire again and again: one request in twenty
 * comes while its session has to be asked about anew.
 */
export async function measureExpiry(
  refreshAhead: number | false,
  seconds: number,
): Promise<LoadResult['latency']> {
  const ory = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory', { delayMs })
  const load = await startChild<LoadTasks>('./over-http/load-process.ts', 'load')
  const settings: AppSettings = {
    options: { url: await ory.ask('url'), cacheTtlMs, refreshAhead },
  }
  const app = await startChild<AppTasks>('./over-http/app-process.ts', 'server', settings)
  try {
    const port = (await app.ask('ports'))[0]!
    // Until code is compiled and every visitor has been seen.
    await load.ask('all', { port, requests: 2_000, visitors })
    const requests = seconds * perSecond
    const result = await load.ask('steady', { port, requests, visitors, perSecond })
    if (result.statuses['200'] !== requests) {
      throw new Error(`Not everybody was let in: ${JSON.stringify(result.statuses)}`)
    }
    return result.latency
  } finally {
    await Promise.all([app, load, ory].map((child) => child.stop()))
  }
}
