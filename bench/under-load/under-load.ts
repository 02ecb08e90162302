import type { Findings, Part } from '../part.js'
import { countHerd, countZipf } from './calls.js'
import { delayMs, measureExpiry } from './expiry.js'
import { measureFlood } from './flood.js'
import type { Flood } from './flood.js'
import { measureHeap, mostBesideJson } from './heap.js'
import { countPromises } from './promises.js'

type Row = Findings['rows'][number]

/** What the package does when many come at once, when sessions expire, and when made-up credentials come. */
export const underLoad: Part = async ({ isShort }) => {
  const rows: Row[] = []
  const add = (name: string, value: number, goal = ''): void => {
    rows.push({ name, values: [value, goal] })
  }

  const herd = await countHerd()
  add(`calls for ${String(herd.requests)} requests at once of one visitor`, herd.total, '1')
  const zipf = await countZipf()
  const load = `${String(zipf.requests)} requests of ${String(zipf.visitors)} visitors`
  add(`calls for ${load}`, zipf.total, String(zipf.visitors))
  const promises = await countPromises()
  add(`promises made on ${String(promises.hits)} hits`, promises.onHits, '0')
  const heap = await measureHeap()
  add(
    'bytes of heap per session',
    heap.bytes,
    `≤ ${String(Math.floor(heap.jsonBytes) + mostBesideJson)}`,
  )
  add('bytes of heap per session that was asked for once', heap.bytesAtFirst)
  add('bytes of its JSON', heap.jsonBytes)

  const seconds = isShort ? 5 : 15
  for (const refreshAhead of [0.8, false] as const) {
    const latency = await measureExpiry(refreshAhead, seconds)
    const how = `ms while sessions expire, Ory takes ${String(delayMs)}, refreshAhead ${String(refreshAhead)}`
    add(`p50 ${how}`, latency.p50)
    add(`p99 ${how}`, latency.p99)
  }

  for (const of of ['no auth', 'package'] as const) {
    const flood = await measureFlood(of, isShort ? 4_000 : 20_000)
    addFlood(add, of, flood)
  }
  return { title: 'Under load', columns: ['', 'goal'], rows }
}

function addFlood(
  add: (name: string, value: number, goal?: string) => void,
  of: string,
  { delay, requestsPerSecond, calls }: Flood,
): void {
  const during = `in a flood of made-up credentials, ${of}`
  add(`requests/s ${during}`, requestsPerSecond)
  add(`p50 ms between turns of the event loop ${during}`, delay.p50)
  add(`p99 ms between turns of the event loop ${during}`, delay.p99)
  add(`most ms between turns of the event loop ${during}`, delay.max)
  add(`whoami calls ${during}`, calls.total)
  add(`readiness calls ${during}`, calls.readiness)
}
