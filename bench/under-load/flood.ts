import { startChild } from '../child.js'
import type { AppSettings, AppTasks } from '../over-http/app-process.js'
import type { LoadTasks } from '../over-http/load-process.js'
import { madeUp } from '../stub-ory.js'
import type { CallCount } from '../stub-ory.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import { requestBytes } from '../visitor.js'

/** What a flood did to a server. */
export interface Flood {
  /** Milliseconds between two turns of the event loop, which are one apart where it is idle. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly requestsPerSecond: number
  readonly statuses: Readonly<Record<string, number>>
  readonly calls: CallCount
}

/** Credentials that are none, each in its own way, and each another one for each number. */
const kinds: readonly ((number: number) => Buffer)[] = [
  (number) => requestBytes(undefined, [`X-Session-Token: ory_st_${madeUp}${String(number)}`]),
  (number) => requestBytes(`ory_session_playground=${madeUp}${String(number)}`),
  (number) => requestBytes(`ory_session_playground=${String(number)}${'A'.repeat(9_000)}`),
  (number) => requestBytes(`${';='.repeat(4_000)}; ory_session_=${String(number)}`),
  (number) => requestBytes(undefined, [`Authorization: Bearer ory_st_ ${String(number)}`]),
]

/** Floods an application with made-up credentials, and watches its event loop. */
export async function measureFlood(of: 'package' | 'no auth', requests: number): Promise<Flood> {
  const ory = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory')
  const load = await startChild<LoadTasks>('./over-http/load-process.ts', 'load')
  const url = await ory.ask('url')
  const settings: AppSettings =
    of === 'package' ? { options: { url } } : { subjects: ['no auth'], ory: url }
  const app = await startChild<AppTasks>('./over-http/app-process.ts', 'server', settings)
  try {
    const port = (await app.ask('ports'))[0]!
    await load.ask('all', { port, requests: 2_000, visitors: 100 })
    const before = await ory.ask('calls')
    await app.ask('watchDelay')
    const result = await load.ask('these', { port, texts: drawMadeUp(requests) })
    const delay = await app.ask('delay')
    const after = await ory.ask('calls')
    return {
      delay,
      requestsPerSecond: requests / result.seconds,
      statuses: result.statuses,
      calls: {
        ...after,
        total: after.total - before.total,
        readiness: after.readiness - before.readiness,
      },
    }
  } finally {
    await Promise.all([app, load, ory].map((child) => child.stop()))
  }
}

function drawMadeUp(requests: number): string[] {
  return Array.from({ length: requests }, (_, number) =>
    kinds[number % kinds.length]!(number).toString('latin1'),
  )
}
