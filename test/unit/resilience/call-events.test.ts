import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { createCallEvents } from '../../../lib/resilience/call-events.js'
import { Fault } from '../../../lib/shared/fault.js'
import { observe } from '../../../lib/shared/observe.js'

const { follow } = createCallEvents(new URL('http://ory.example'), 7)
const question = { isRefresh: false }
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  jest.restoreAllMocks()
})

describe('a question to Ory that nobody listens to', () => {
  it('is the same promise, and nothing waits for it', () => {
    const now = jest.spyOn(performance, 'now')
    const asked = Promise.resolve({ kind: 'live' as const })
    const waits = [jest.spyOn(asked, 'then'), jest.spyOn(asked, 'catch')]

    expect(follow('whoami', () => asked)(question)).toBe(asked)
    for (const wait of waits) expect(wait).not.toHaveBeenCalled()
    expect(now).not.toHaveBeenCalled()
  })
})

describe('a question to Ory', () => {
  it('is the same promise for a listener, too, which hears how it ended', async () => {
    const events: unknown[] = []
    stops.push(observe('upstream', (event) => void events.push(event)))
    const asked = Promise.resolve({ kind: 'live' as const })

    expect(follow('whoami', () => asked)(question)).toBe(asked)
    await asked
    const failing = follow('whoami', () => Promise.reject(new Fault('timeout')))
    await failing({ isRefresh: true }).catch(() => undefined)

    const common = {
      instance: 7,
      operation: 'whoami',
      isForced: false,
      durationMs: expect.any(Number),
    }
    expect(events).toEqual([
      { ...common, outcome: 'live', isRefresh: false },
      { ...common, outcome: 'timeout', isRefresh: true },
    ])
  })
})
