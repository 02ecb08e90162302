import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { createOrySession, observe } from 'express-ory-session'
import type { SessionMiddleware } from 'express-ory-session'
import { instrument } from 'express-ory-session/opentelemetry'
import { serve, settingsOfChild } from '../child.js'
import { createExchanges } from '../in-process/exchange.js'
import { floors } from '../in-process/floors.js'
import { runRounds } from '../in-process/rounds.js'
import { range, signedIn } from '../in-process/subject.js'
import { median } from '../statistics.js'
import { cookieHeader, requestBytes } from '../visitor.js'
import { unwired } from './unwired.js'

/** Who listens: there are no channels at all, nobody, a listener of decisions, or OpenTelemetry. */
export type Listening = 'unwired' | 'nobody' | 'observe' | 'opentelemetry'

export interface HitSettings {
  readonly listening: Listening
  readonly ory: string
}

const { listening, ory: url } = settingsOfChild() as HitSettings
const name = 'hit'
const [, floor] = floors()
const exchanges = createExchanges()

function createGuard(): SessionMiddleware {
  if (listening === 'unwired') return unwired(url)
  const ory = createOrySession({ url, cacheTtlMs: 3_600_000 })
  let codes = 0
  if (listening === 'observe')
    observe('decision', ({ code }) => (codes += code === undefined ? 0 : 1))
  if (listening === 'opentelemetry') {
    instrument(ory, { meter: new MeterProvider().getMeter('bench') })
  }
  return ory.requireSession()
}

/** Has every visitor asked for once. */
async function fill(guard: SessionMiddleware): Promise<void> {
  for (const visitor of range) {
    const [exchange] = await exchanges.open([requestBytes(cookieHeader(visitor))])
    if (exchange === undefined) throw new Error('There is a request')
    await new Promise<void>((resolve) => {
      guard(exchange.request, exchange.response, () => resolve())
    })
    await exchanges.close([exchange])
  }
}

const guard = createGuard()
const filled = fill(guard)

const tasks = {
  /** Nanoseconds of a hit, and of the floor beside it. */
  run: async (rounds: number): Promise<{ readonly hit: number; readonly floor: number }> => {
    await filled
    const subject = { name, call: guard, requests: signedIn, isPassing: true }
    const timings = await runRounds([floor!, subject], exchanges, rounds)
    return { hit: median(timings.get(name)!), floor: median(timings.get(floor!.name)!) }
  },
}

export type HitTasks = typeof tasks

serve(tasks)
