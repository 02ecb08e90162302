import { measureHeap } from '../under-load/heap.js'
import type { Part } from '../part.js'
import { startRedis } from '../../test/support/redis-server.js'
import { createForgetfulStore } from './forgetful-store.js'
import { countFleetCalls } from './calls.js'
import { connectClients } from './clients.js'
import { compareMemoryHits } from './memory-hit.js'
import { formatLags, runProcesses } from './processes.js'
import { measureStoreHit } from './store-hit.js'
import type { Cost } from './store-hit.js'

/** What a store saves and costs: four processes on a Redis of their own. */
export const fleet: Part = async ({ isShort }) => {
  const redis = await startRedis()
  const clients = await connectClients(redis.port)
  const { port } = redis
  const rounds = isShort ? 5 : 25
  const requests = isShort ? 2_000 : 20_000
  const revocations = isShort ? 30 : 300
  try {
    const counted = await countFleetCalls()
    const memory = await compareMemoryHits(port, isShort ? 100 : 1_000)
    const heapWithout = await measureHeap({ sessions: 12_000 })
    const heap = await measureHeap({ sessions: 12_000, store: createForgetfulStore() })
    const serial = await measureStoreHit({ clients, rounds, atOnce: 1 })
    await redis.command('FLUSHALL')
    const parallel = await measureStoreHit({ clients, rounds, atOnce: 20 })
    await redis.command('FLUSHALL')
    const alone = await runProcesses({ requests, revocations: 0 })
    const belled = await runProcesses({ port, hasBell: true, requests, revocations })
    const polled = await runProcesses({ port, requests: 0, revocations })
    const row = (name: string, ...values: (number | string)[]) => ({ name, values })
    const compare = (one: number, other: number): (number | string)[] => [
      ...[one.toFixed(1), other.toFixed(1)],
      (one / other).toFixed(2),
    ]
    return {
      title: 'A fleet of four on one Redis',
      columns: ['with a store, or p50', 'without, p99, or CPU', 'ratio'],
      rows: [
        row(
          'calls to Ory, by a clock that is moved',
          ...compare(counted.withStore, counted.without),
        ),
        row('calls to Ory, four processes', ...compare(belled.calls, alone.calls)),
        row('requests denied', belled.denied, alone.denied, ''),
        row('p99 of the slowest process (ms)', ...compare(belled.p99, alone.p99)),
        row('CPU of the four (ms)', ...compare(belled.cpuMs, alone.cpuMs)),
        row('requests per second, hits in memory', '', '', memory.ratio.toFixed(3)),
        row('the same again, two without a store', '', '', memory.noise.toFixed(3)),
        row('heap of a cached session (bytes)', ...compare(heap.bytes, heapWithout.bytes)),
        row('revocation with the bell (ms)', ...formatLags(belled.lags), ''),
        row('revocation by polls (ms)', ...formatLags(polled.lags), ''),
        row('revocations missed', belled.missed + polled.missed, '', ''),
        ...serial.map((cost) => row(`${cost.name} (µs)`, ...costOf(cost))),
        ...parallel.map((cost) => row(`20 at once: ${cost.name} (µs)`, ...costOf(cost))),
      ],
    }
  } finally {
    for (const client of clients) client.close()
    await redis.close()
  }
}

/** The last are the ratios to whoami. */
function costOf({ p50Us, cpuUs, p50Ratio, cpuRatio }: Cost): string[] {
  return [p50Us.toFixed(0), cpuUs.toFixed(0), `${p50Ratio.toFixed(2)}, ${cpuRatio.toFixed(2)}`]
}
