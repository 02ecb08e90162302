import { metrics } from '@opentelemetry/api'
import type { Attributes, Meter } from '@opentelemetry/api'
import type { OrySessionStats } from '../resilience/stats.js'
import { invalidOption } from '../shared/invalid-option.js'
import { instanceNumberOf } from '../shared/instance-number.js'
import { recordEvents } from './event-metrics.js'
import { markSpans } from './span-attributes.js'
import { reportStats } from './stats-metrics.js'

/** What `instrument` needs of an instance. */
export interface InstrumentedOry {
  stats(): OrySessionStats
}

/** How an instance is instrumented. */
export interface InstrumentOptions {
  /** Default the meter `express-ory-session` of the global provider. */
  readonly meter?: Meter | undefined
  /** Added to each of its metrics, to tell several instances in one process apart. Default none. */
  readonly attributes?: Attributes | undefined
  /** Sets `enduser.id` to the identity's id on the span of a request. Default `false`. */
  readonly enduserId?: boolean | undefined
}

/**
 * Reports an instance to OpenTelemetry: metrics of decisions, of the cache and of the questions to Ory,
 * and attributes on the active span of each request. Returns a function that ends it.
 *
 * @example
 * const stop = instrument(ory)
 *
 * @throws TypeError for an object that `createOrySession` did not make
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/
 */
export function instrument(ory: InstrumentedOry, options: InstrumentOptions = {}): () => void {
  const instance = instanceNumberOf(ory)
  if (instance === undefined) {
    throw invalidOption('instrument', 'what createOrySession returned', ory)
  }
  const { meter = metrics.getMeter('express-ory-session'), attributes = {}, enduserId } = options
  const stops = [
    recordEvents(meter, attributes, instance),
    reportStats(meter, attributes, ory),
    markSpans(instance, enduserId === true),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
