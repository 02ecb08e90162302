import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { createStoreCounters } from '../../../lib/store/store-counters.js'
import { createStoreEvents } from '../../../lib/store/store-events.js'
import { createStoreGate, failed } from '../../../lib/store/store-gate.js'
import { createFakeClock } from '../support/fake-clock.js'

afterEach(() => {
  jest.useRealTimers()
})

const never = (): Promise<never> => new Promise(() => undefined)
const fail = (): Promise<never> => Promise.reject(new Error('SET key value'))

function setUp(maxPending = 100) {
  const clock = createFakeClock()
  const counters = createStoreCounters()
  const gate = createStoreGate({
    storeTimeoutMs: 20,
    maxPending,
    clock,
    counters,
    publish: createStoreEvents(7),
  })
  return { clock, counters, gate }
}

describe('the gate of a store', () => {
  it('passes results on, and of failures nothing but their kind', async () => {
    const { gate, counters } = setUp()
    expect(await gate.read(() => Promise.resolve('value'))).toBe('value')
    expect(await gate.read(fail)).toBe(failed)
    expect(
      await gate.read(() => {
        throw new Error('at once')
      }),
    ).toBe(failed)
    expect(await gate.read(never)).toBe(failed)
    expect(counters.faults).toMatchObject({ error: 2, timeout: 1 })
  })

  it('leaves the store alone after three failures in a row, for one to eight seconds', async () => {
    const { gate, clock } = setUp()
    await gate.read(fail)
    await gate.read(fail)
    await gate.read(() => Promise.resolve())
    await gate.read(fail)
    await gate.read(fail)
    expect(gate.isOpen()).toBe(false)
    await gate.read(fail)
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 8_000]) {
      clock.advance(pauseMs - 1)
      expect(gate.isOpen()).toBe(true)
      clock.advance(1)
      expect(gate.isOpen()).toBe(false)
      await gate.read(fail)
    }
    clock.advance(8_000)
    await gate.read(() => Promise.resolve())
    expect(gate.isOpen()).toBe(false)
  })

  it('counts failures of the same moment once, and lets one question try again', async () => {
    const { gate, clock } = setUp()
    await Promise.all(Array.from({ length: 50 }, async () => gate.read(fail)))
    clock.advance(1_000)
    expect(gate.isOpen()).toBe(false)
    const trial = gate.read(never)
    expect(gate.isOpen()).toBe(true)
    expect(await trial).toBe(failed)
  })

  it('lets no more commands wait in the client than its bound', async () => {
    const { gate, counters } = setUp(3)
    let asked = 0
    const ask = (): Promise<never> => {
      asked += 1
      return never()
    }
    await Promise.all(Array.from({ length: 5 }, async () => gate.log('since', ask)))
    await gate.log('since', ask)
    expect(asked).toBe(3)
    expect(counters.faults.overflow).toBe(3)
  })

  it('says on its channel how an operation went, and nothing of what was stored', async () => {
    const messages: unknown[] = []
    const listener = (message: unknown): void => void messages.push(message)
    subscribe('express-ory-session:store', listener)
    const { gate } = setUp()
    await gate.log('append', fail)
    await gate.log('since', () => Promise.resolve('secret'))
    unsubscribe('express-ory-session:store', listener)
    const durationMs = expect.any(Number)
    expect(messages).toEqual([
      { instance: 7, operation: 'append', outcome: 'error', durationMs },
      { instance: 7, operation: 'since', outcome: 'ok', durationMs },
    ])
  })
})
