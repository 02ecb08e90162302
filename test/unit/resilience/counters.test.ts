import { describe, expect, it } from '@jest/globals'
import { count, createCounters } from '../../../lib/resilience/counters.js'
import { counted } from '../../support/counted.js'

describe('counters', () => {
  it('begin at nothing, each for itself', () => {
    const [one, other] = [createCounters(), createCounters()]
    count(one.denials, 'session_missing')
    one.hits += 1
    const { denials, upstream, ...numbers } = other
    expect(counted({ ...numbers, ...denials, ...upstream })).toEqual({})
    expect(Object.keys(denials)).toContain('session_missing')
    expect(Object.keys(upstream)).toContain('aal_too_low')
  })

  it('count by name', () => {
    const { upstream } = createCounters()
    for (const name of ['live', 'timeout', 'live'] as const) count(upstream, name)
    expect(counted(upstream)).toEqual({ live: 2, timeout: 1 })
  })
})
