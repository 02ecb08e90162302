// Before the package, whose Maps it watches.
import './watched-collections.js'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionInvalidateTarget } from 'express-ory-session'
import { serve, settingsOfChild } from '../child.js'
import { startApp } from './app.js'
import type { Sample } from './app.js'
import { apps } from './apps.js'

const { url } = settingsOfChild() as { url: string }

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** How many times the loop is looked at, in milliseconds. */
const resolution = 5
const delay = monitorEventLoopDelay({ resolution })
delay.enable()

/** Every so-manieth session and request is remembered weakly. */
const sampleEvery = 97
let samples: readonly { readonly kind: string; readonly ref: WeakRef<object> }[] = []
let seen = 0
const sample: Sample = (kind, thing) => {
  seen += 1
  if (seen % sampleEvery === 0) samples = [...samples, { kind, ref: new WeakRef(thing) }]
}

const warnings: string[] = []
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`))

const running = await Promise.all(apps.map(async (spec) => startApp(spec, url, sample)))

/** What is in memory once what nobody holds is gone. */
async function heapAfterCollection(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collectGarbage()
    // What is released in the background, buffers above all, takes a moment.
    await sleep(20)
  }
  samples = samples.filter(({ ref }) => ref.deref() !== undefined)
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function sockets(): Promise<number> {
  const counts = running.map(
    async ({ server }) =>
      new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
  )
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

/** What an instance may know for good: the routes of Ory that it calls. */
const routes: ReadonlySet<unknown> = new Set([
  '/sessions/whoami',
  '/health/ready',
  '/self-service/logout/api',
  '/self-service/logout/browser',
  '/self-service/login/api?aal=aal2',
  '/self-service/login/browser?aal=aal2',
])

/** The Maps and Sets of all instances that hold more than when they were made. */
function filled(): readonly {
  readonly app: string
  readonly madeAt: string
  readonly size: number
}[] {
  return running.flatMap(({ watched }, index) =>
    watched
      // It forgets what is a minute old when it is asked next.
      .filter(({ maker }) => maker !== 'createDistinctCounter')
      .map(({ madeAt, collection, ownSize }) => {
        const keys = collection.deref()?.keys() ?? []
        const passing = [...keys].filter((key) => !routes.has(key))
        return { app: apps[index]!.name, madeAt, size: passing.length - ownSize }
      })
      .filter(({ size }) => size > 0),
  )
}

const tasks = {
  ports: () => running.map(({ port }) => port),
  invalidate: async ({ app, target }: { app: number; target: SessionInvalidateTarget }) =>
    running[app]!.ory.invalidate(target),
  stats: () => running.map(({ ory }) => ory.stats()),
  /** How many Maps and Sets were ever made, and which of those that are left hold something. */
  async collections() {
    // What was replaced by another is gone then.
    await heapAfterCollection()
    const count = running.reduce((sum, { watched }) => sum + watched.length, 0)
    return { count, filled: filled() }
  },
  async measure() {
    const ms = (nanoseconds: number): number => Math.max(nanoseconds / 1e6 - resolution, 0)
    const loop = {
      p50: ms(delay.percentile(50)),
      p99: ms(delay.percentile(99)),
      max: ms(delay.max),
    }
    const { rss } = process.memoryUsage()
    const heap = await heapAfterCollection()
    delay.reset()
    const cached = running.reduce((sum, { ory }) => sum + ory.stats().bytes, 0)
    return { loop, rss, heap, cached, sockets: await sockets() }
  },
  close: async () => Promise.all(running.map(({ ory }) => ory.close())).then(() => undefined),
  /** What is still there after everything has been closed. */
  async remains() {
    await heapAfterCollection()
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    return {
      sampled: Math.floor(seen / sampleEvery),
      held: samples.map(({ kind }) => kind),
      timers,
      sockets: await sockets(),
      warnings,
    }
  },
}

export type AppTasks = typeof tasks

serve(tasks)
