import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createStage, settle, type Stage } from './stage.js'

const timeoutMs = 2_000

let stage: Stage
beforeEach(() => {
  // `setTimeout` alone is moved by hand, along with the clock.
  jest.useFakeTimers({
    doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'],
  })
  stage = createStage({ timeoutMs })
})
afterEach(async () => {
  await stage.end()
  jest.useRealTimers()
})

async function pass(ms: number): Promise<void> {
  stage.clock.advance(ms)
  jest.advanceTimersByTime(ms)
  await settle()
}

const unavailable = 'authentication_unavailable'

describe('the deadline of a question', () => {
  it('comes timeoutMs after it began, for all who wait', async () => {
    const first = await stage.ask()
    await pass(1_500)
    const second = await stage.ask()
    await pass(499)
    expect([first.outcome(), second.outcome()]).toEqual([undefined, undefined])
    await pass(1)
    expect([first.outcome(), second.outcome()]).toEqual([unavailable, unavailable])
    expect(stage.ory.stats()).toMatchObject({ inFlight: 0, upstream: { timeout: 1 } })
  })

  it('is the end of the question: what comes later is not kept', async () => {
    await stage.ask()
    await pass(timeoutMs)
    await stage.answer()
    const next = await stage.ask()
    expect(next.outcome()).toBeUndefined()
    expect(stage.calls).toHaveLength(2)
    await stage.answer()
    expect(next.outcome()).toBe('upstream 1')
  })

  it('leaves no timer behind', async () => {
    await stage.exchange()
    await stage.exchange('otherPerson', { kind: 'fault', how: 'reset' })
    expect(jest.getTimerCount()).toBe(0)
  })

  it('counts from when a request came, though it waits for a call that began before', async () => {
    const usual = await stage.ask()
    await pass(1_000)
    const fresh = await stage.ask('token', { fresh: true })
    await pass(1_000)
    expect([usual.outcome(), fresh.outcome()]).toEqual([unavailable, undefined])
    expect(stage.calls).toHaveLength(2)
    await pass(999)
    expect(fresh.outcome()).toBeUndefined()
    await pass(1)
    expect(fresh.outcome()).toBe(unavailable)
  })

  it('counts from when a request came, though its answers are overtaken', async () => {
    const waiting = await stage.ask()
    await stage.ory.invalidate({ session: 's0' })
    await pass(1_500)
    await stage.answer()
    expect(stage.calls).toHaveLength(2)
    await pass(499)
    expect(waiting.outcome()).toBeUndefined()
    await pass(1)
    expect(waiting.outcome()).toBe(unavailable)
  })

  it('does not make a background refresh end what is known', async () => {
    await stage.exchange()
    await pass(8_000)
    await stage.ask()
    expect(stage.ory.stats().inFlight).toBe(1)
    await pass(1_999)
    expect((await stage.ask()).outcome()).toBe('cache 0')
    await pass(1)
    expect(stage.ory.stats()).toMatchObject({ inFlight: 0, upstream: { live: 1, timeout: 1 } })
  })
})
