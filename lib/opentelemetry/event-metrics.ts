import { ValueType } from '@opentelemetry/api'
import type { Attributes, Meter } from '@opentelemetry/api'
import { observe } from '../shared/observe.js'

/** Bounds of the buckets in seconds: a hit takes microseconds, a question milliseconds, a deadline seconds. */
const boundaries = [
  0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** Counts and measures what the channels of one instance say. */
export function recordEvents(meter: Meter, common: Attributes, instance: number): () => void {
  const duration = {
    unit: 's',
    valueType: ValueType.DOUBLE,
    advice: { explicitBucketBoundaries: boundaries },
  }
  const decisions = meter.createCounter('ory_session.decisions', {
    unit: '{decision}',
    description: 'Requests that were let in or denied.',
    valueType: ValueType.INT,
  })
  const decisionDuration = meter.createHistogram('ory_session.decision.duration', {
    ...duration,
    description: 'Time from a request to the decision about it.',
  })
  const upstreamDuration = meter.createHistogram('ory_session.upstream.duration', {
    ...duration,
    description: 'Time from a question to Ory to its answer or fault.',
  })

  const stops = [
    observe('decision', (event) => {
      if (event.instance !== instance) return
      const servedFrom = { 'ory_session.served_from': event.servedFrom ?? 'none' }
      decisions.add(1, { ...common, ...servedFrom, 'ory_session.code': event.code ?? 'ok' })
      decisionDuration.record(event.durationMs / 1000, { ...common, ...servedFrom })
    }),
    observe('upstream', (event) => {
      if (event.instance !== instance) return
      upstreamDuration.record(event.durationMs / 1000, {
        ...common,
        'ory_session.operation': event.operation,
        'ory_session.outcome': event.outcome,
      })
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
