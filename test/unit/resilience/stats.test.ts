import { describe, expect, it } from '@jest/globals'
import { count, createCounters } from '../../../lib/resilience/stats.js'

describe('counters', () => {
  it('begin at nothing, each for itself', () => {
    const [one, other] = [createCounters(), createCounters()]
    count(one.denials, 'session_missing')
    one.hits += 1
    expect(other).toEqual({
      ...{ hits: 0, misses: 0, coalesced: 0, refreshes: 0, refusals: 0 },
      ...{ denials: {}, upstream: {} },
    })
  })

  it('count by name', () => {
    const { upstream } = createCounters()
    for (const name of ['live', 'timeout', 'live'] as const) count(upstream, name)
    expect(upstream).toEqual({ live: 2, timeout: 1 })
  })
})
