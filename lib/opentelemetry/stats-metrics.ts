import { ValueType } from '@opentelemetry/api'
import type { Attributes, BatchObservableCallback, Meter } from '@opentelemetry/api'
import type { OrySessionStats } from '../resilience/stats.js'

/** What of an instance is read at each collection. */
interface Measured {
  stats(): OrySessionStats
}

const states = ['closed', 'open', 'half_open'] as const

/** Reports the counters and gauges of `stats()`, which cost nothing between collections. */
export function reportStats(meter: Meter, common: Attributes, ory: Measured): () => void {
  const int = { valueType: ValueType.INT }
  const requests = meter.createObservableCounter('ory_session.cache.requests', {
    ...int,
    unit: '{request}',
    description: 'Requests with a credential, by how the cache served them.',
  })
  const refreshes = meter.createObservableCounter('ory_session.cache.refreshes', {
    ...int,
    unit: '{refresh}',
    description: 'Questions asked in the background, ahead of expiry.',
  })
  const questions = meter.createObservableCounter('ory_session.upstream.requests', {
    ...int,
    unit: '{request}',
    description: 'Questions to Ory by outcome, those that were not let through included.',
  })
  const entries = meter.createObservableGauge('ory_session.cache.entries', {
    ...int,
    unit: '{session}',
    description: 'Sessions in memory.',
  })
  const size = meter.createObservableGauge('ory_session.cache.size', {
    ...int,
    unit: 'By',
    description: 'Estimated memory of the cached sessions.',
  })
  const active = meter.createObservableGauge('ory_session.upstream.active_requests', {
    ...int,
    unit: '{request}',
    description: 'Questions to Ory that are under way.',
  })
  const breaker = meter.createObservableGauge('ory_session.circuit_breaker.state', {
    ...int,
    unit: '1',
    description: '1 for the state that the circuit breaker is in, 0 for the others.',
  })
  const lag = meter.createObservableGauge('ory_session.store.lag', {
    unit: 's',
    description: 'Age of the last reading of the log of revocations.',
  })
  const all = [requests, refreshes, questions, entries, size, active, breaker, lag]

  const report: BatchObservableCallback = (result) => {
    const stats = ory.stats()
    const served = {
      hit: stats.hits,
      miss: stats.misses - stats.coalesced,
      coalesced: stats.coalesced,
    }
    for (const [name, value] of Object.entries(served)) {
      result.observe(requests, value, { ...common, 'ory_session.cache.result': name })
    }
    result.observe(refreshes, stats.refreshes, common)
    for (const [name, value] of Object.entries(stats.upstream)) {
      result.observe(questions, value, { ...common, 'ory_session.outcome': name })
    }
    result.observe(entries, stats.entries, common)
    result.observe(size, stats.bytes, common)
    result.observe(active, stats.inFlight, common)
    for (const circuit of ['known', 'unknown'] as const) {
      for (const state of states) {
        result.observe(breaker, Number(stats.breaker[circuit] === state), {
          ...common,
          'ory_session.circuit': circuit,
          'ory_session.state': state,
        })
      }
    }
    result.observe(lag, stats.store.lagMs / 1000, common)
  }
  meter.addBatchObservableCallback(report, all)
  return () => {
    meter.removeBatchObservableCallback(report, all)
  }
}
