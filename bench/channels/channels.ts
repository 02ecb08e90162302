import { startChild } from '../child.js'
import type { Child } from '../child.js'
import type { Findings, Part } from '../part.js'
import { shuffle } from '../shuffle.js'
import { median, medianRatio } from '../statistics.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import type { HitSettings, HitTasks, Listening } from './hit-process.js'

/** Each in a process of its own: a subscriber changes what the engine has compiled for good. */
const rows: readonly (readonly [name: string, listening: Listening])[] = [
  ['nobody listens', 'nobody'],
  ['the same again', 'nobody'],
  ['without channels', 'unwired'],
  ['observe(decision)', 'observe'],
  ['OpenTelemetry', 'opentelemetry'],
]

/** Rounds of a slice: the processes take turns after so many. */
const rounds = 40

interface Row {
  readonly name: string
  readonly child: Child<HitTasks>
  readonly hits: number[]
}

/** What a hit costs with and without a subscriber, beside a middleware that has no channels. */
export const channels: Part = async ({ isShort }) => {
  const slices = isShort ? 10 : 40
  const ory = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory')
  const running: Row[] = []
  try {
    for (const [name, listening] of rows) {
      const settings: HitSettings = { listening, ory: await ory.ask('url') }
      const child = await startChild<HitTasks>('./channels/hit-process.ts', 'server', settings)
      running.push({ name, child, hits: [] })
    }
    // The first slice is not counted: until then code is not compiled.
    for (let slice = -1; slice < slices; slice += 1) {
      for (const { child, hits } of shuffle(running)) {
        const { hit } = await child.ask('run', rounds)
        if (slice >= 0) hits.push(hit)
      }
    }
    return findings(running, slices)
  } finally {
    for (const { child } of running) await child.stop()
    await ory.stop()
  }
}

function findings(running: readonly Row[], slices: number): Findings {
  const [{ hits: base } = { hits: [] }] = running
  return {
    title: `Channels: a hit, ${String(slices)} slices in turn`,
    columns: ['ns, median', '× nobody listens'],
    rows: running.map(({ name, hits }) => ({
      name,
      values: [median(hits), medianRatio(hits, base)],
    })),
  }
}
