import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { createStoreCounters } from '../../../lib/store/store-counters.js'
import { createStoreEvents } from '../../../lib/store/store-events.js'
import { createStoreOperations, failed } from '../../../lib/store/store-operations.js'
import { createFakeClock } from '../support/fake-clock.js'

afterEach(() => {
  jest.useRealTimers()
})

const never = (): Promise<never> => new Promise(() => undefined)
const fail = (): Promise<never> => Promise.reject(new Error('SET key value'))

function setUp(maxPending = 100) {
  const clock = createFakeClock()
  const counters = createStoreCounters()
  const operations = createStoreOperations({
    storeTimeoutMs: 20,
    maxPending,
    clock,
    counters,
    publish: createStoreEvents(7),
  })
  return { clock, counters, operations }
}

describe('the operations of a store', () => {
  it('pass results on, and of failures nothing but their kind', async () => {
    const { operations, counters } = setUp()
    expect(await operations.read(() => Promise.resolve('value'))).toBe('value')
    expect(await operations.read(fail)).toBe(failed)
    expect(
      await operations.read(() => {
        throw new Error('at once')
      }),
    ).toBe(failed)
    expect(await operations.read(never)).toBe(failed)
    expect(counters.faults).toMatchObject({ error: 2, timeout: 1 })
  })

  it('leave the store alone while the breaker is open, except for the log', async () => {
    const { operations, clock } = setUp()
    for (const _time of [1, 2, 3]) await operations.read(fail)
    expect(operations.isOpen()).toBe(true)
    const asked: string[] = []
    const ask = (what: string) => (): Promise<void> => {
      asked.push(what)
      return Promise.resolve()
    }
    operations.write('set', ask('a write'))
    await operations.log('since', ask('the log'))
    expect(operations.isOpen()).toBe(true)
    clock.advance(1_000)
    const trial = operations.read(never)
    operations.write('set', ask('a write during the trial'))
    expect(await trial).toBe(failed)
    clock.advance(2_000)
    await operations.read(ask('a read'))
    operations.write('set', ask('a write after it'))
    expect(asked).toEqual(['the log', 'a read', 'a write after it'])
  })

  it('let no more commands wait in the client than its bound', async () => {
    const { operations, counters } = setUp(3)
    let asked = 0
    const ask = (): Promise<never> => {
      asked += 1
      return never()
    }
    await Promise.all(Array.from({ length: 5 }, async () => operations.log('since', ask)))
    await operations.log('since', ask)
    expect(asked).toBe(3)
    expect(counters.faults.overflow).toBe(3)
  })

  it('end also where a clock of the application throws by then', async () => {
    const { operations, clock } = setUp()
    for (const _time of [1, 2]) await operations.read(fail)
    const asked = operations.read(fail)
    clock.monotonic = () => {
      throw new TypeError('out of order')
    }
    expect(await asked).toBe(failed)
  })

  it('let nobody wait once they are closed', async () => {
    const { operations } = setUp()
    const waiting = operations.inTime(never(), 60_000)
    operations.close()
    await expect(waiting).resolves.toBeUndefined()
  })

  it('say on the channel how each went, and nothing of what was stored', async () => {
    const messages: unknown[] = []
    const listener = (message: unknown): void => void messages.push(message)
    subscribe('express-ory-session:store', listener)
    const { operations } = setUp()
    await operations.log('append', fail)
    await operations.log('since', () => Promise.resolve('secret'))
    unsubscribe('express-ory-session:store', listener)
    const durationMs = expect.any(Number)
    expect(messages).toEqual([
      { instance: 7, operation: 'append', outcome: 'error', durationMs },
      { instance: 7, operation: 'since', outcome: 'ok', durationMs },
    ])
  })
})
