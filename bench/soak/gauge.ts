import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../child.js'
import type { AppTasks } from './app-process.js'
import type { OryTasks } from './ory-process.js'
import { slope } from './trend.js'

/** How the applications' process was at one moment. */
export interface Reading {
  readonly at: number
  readonly rss: number
  readonly heap: number
  /** The bytes of it that the instances estimate for their sessions. */
  readonly cached: number
  readonly loop: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Open, from clients and to Ory. */
  readonly sockets: { readonly in: number; readonly out: number }
}

export interface Gauge {
  /** Reads every so often. */
  watch(isOver: () => boolean): Promise<void>
  read(): Promise<Reading>
  readonly readings: readonly Reading[]
  /**
   * Bytes by which the heap grows in a minute, once it has warmed up, besides the sessions in memory,
   * whose number is bounded; `undefined` where the run is too short to tell.
   */
  growth(): number | undefined
}

/** Between two readings; each stops the applications for a moment, to collect garbage. */
const [shortestMs, longestMs] = [2_000, 10_000]
/** Shortest time that a line is drawn through, in milliseconds. */
const shortestTrendMs = 100_000

export function createGauge(app: Child<AppTasks>, ory: Child<OryTasks>, totalMs: number): Gauge {
  const readings: Reading[] = []
  const everyMs = Math.min(Math.max(totalMs / 40, shortestMs), longestMs)

  async function read(): Promise<Reading> {
    const [{ rss, heap, cached, loop, sockets }, { open }] = await Promise.all([
      app.ask('measure'),
      ory.ask('counts'),
    ])
    return { at: Date.now(), rss, heap, cached, loop, sockets: { in: sockets, out: open } }
  }

  return {
    read,
    readings,
    async watch(isOver) {
      while (!isOver()) {
        readings.push(await read())
        const until = Date.now() + everyMs
        while (!isOver() && Date.now() < until) await sleep(200)
      }
    },
    growth() {
      // The first third is compilers and caches that fill.
      const warm = readings.slice(Math.ceil(readings.length / 3))
      const [first, last] = [warm[0], warm.at(-1)]
      if (!first || !last || last.at - first.at < shortestTrendMs) return undefined
      return slope(warm.map(({ at, heap, cached }) => ({ at, value: heap - cached }))) * 60_000
    },
  }
}
