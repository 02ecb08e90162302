import { setTimeout as sleep } from 'node:timers/promises'
import { quantile } from '../statistics.js'
import { openConnection } from './connection.js'
import type { Connection } from './connection.js'

/** What came of some requests. */
export interface LoadResult {
  /** From the first request to the last response. */
  readonly seconds: number
  /** Milliseconds from a request to its response, but for the first tenth, which warm up. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number }
  /** How many responses had which status. */
  readonly statuses: Readonly<Record<string, number>>
}

/** Sends requests as fast as they are answered, over some connections at once. */
export async function sendAll(
  port: number,
  requests: readonly Buffer[],
  connections: number,
): Promise<LoadResult> {
  return record(port, connections, async (open, send) => {
    let next = 0
    await Promise.all(
      open.map(async (connection) => {
        for (let request = requests[next]; request !== undefined; request = requests[next]) {
          next += 1
          await send(connection, request)
        }
      }),
    )
  })
}

/** Sends requests at a steady pace, whether or not those before have been answered. */
export async function sendSteadily(
  port: number,
  requests: readonly Buffer[],
  perSecond: number,
): Promise<LoadResult> {
  return record(port, 100, async (open, send) => {
    const start = performance.now()
    const idle = [...open]
    const pending: Promise<void>[] = []
    for (const [index, request] of requests.entries()) {
      const early = start + (index * 1_000) / perSecond - performance.now()
      if (early > 0) await sleep(early)
      const connection = idle.pop()
      if (connection === undefined) throw new Error('The server does not keep up')
      pending.push(
        send(connection, request).then(() => {
          idle.push(connection)
        }),
      )
    }
    await Promise.all(pending)
  })
}

type Send = (connection: Connection, request: Buffer) => Promise<void>

async function record(
  port: number,
  connections: number,
  run: (open: readonly Connection[], send: Send) => Promise<void>,
): Promise<LoadResult> {
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)))
  const start = performance.now()
  try {
    await run(open, async (connection, request) => {
      const sent = performance.now()
      const status = await connection.send(request)
      latencies.push(performance.now() - sent)
      statuses[status] = (statuses[status] ?? 0) + 1
    })
  } finally {
    for (const connection of open) connection.close()
  }
  const seconds = (performance.now() - start) / 1_000
  const warm = latencies.slice(Math.floor(latencies.length / 10))
  return {
    seconds,
    latency: { p50: quantile(warm, 0.5), p99: quantile(warm, 0.99), max: quantile(warm, 1) },
    statuses,
  }
}
