import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createBell } from '../../../lib/store/bell.js'
import type { Listen } from '../../../lib/store/bell.js'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

const refused: readonly (readonly [string, Listen])[] = [
  ['rejects', () => Promise.reject(new Error('offline'))],
  [
    'throws',
    () => {
      throw new Error('offline')
    },
  ],
]

/** A bell whose subscriptions go as given, in turn; the last goes on. */
function setUp(...subscriptions: readonly Listen[]) {
  let tries = 0
  const bell = createBell(() => {
    tries += 1
    return subscriptions[Math.min(tries, subscriptions.length) - 1]?.()
  })
  return { bell, tries: () => tries }
}

describe('a bell', () => {
  it.each(refused)('that %s is tried again each second until it is on', async (_name, refuse) => {
    const stop = jest.fn()
    const { bell, tries } = setUp(refuse, refuse, () => Promise.resolve(stop))
    bell.start()
    expect(tries()).toBe(1)
    await jest.advanceTimersByTimeAsync(999)
    expect(tries()).toBe(1)
    await jest.advanceTimersByTimeAsync(1_001)
    expect(tries()).toBe(3)
    await jest.advanceTimersByTimeAsync(60_000)
    expect(tries()).toBe(3)

    bell.stop()
    expect(stop).toHaveBeenCalledTimes(1)
  })

  it.each(refused)('that %s is not tried again once it was stopped', async (_name, refuse) => {
    const { bell, tries } = setUp(refuse)
    bell.start()
    // Before the rejection has come, and after it.
    bell.stop()
    await jest.advanceTimersByTimeAsync(5_000)
    expect(tries()).toBe(1)

    bell.start()
    await jest.advanceTimersByTimeAsync(500)
    bell.stop()
    await jest.advanceTimersByTimeAsync(5_000)
    expect(tries()).toBe(2)
    expect(jest.getTimerCount()).toBe(0)
  })

  it('that is on too late is stopped at once, and the one that was started meanwhile stays', async () => {
    const [early, late] = [jest.fn(), jest.fn()]
    let subscribed: (stop: unknown) => void = () => undefined
    const { bell } = setUp(
      () => new Promise((resolve) => void (subscribed = resolve)),
      () => late,
    )
    bell.start()
    bell.stop()
    bell.start()
    subscribed(early)
    await jest.advanceTimersByTimeAsync(0)
    expect(early).toHaveBeenCalledTimes(1)
    expect(late).not.toHaveBeenCalled()
  })

  it.each([
    ['throws', () => jest.fn(() => { throw new Error('closed') })], // prettier-ignore
    ['rejects', () => jest.fn(() => Promise.reject(new Error('closed')))],
  ])('may be one that %s when it is stopped', async (_name, make) => {
    const stop = make()
    const { bell } = setUp(() => stop)
    bell.start()
    await jest.advanceTimersByTimeAsync(0)
    // An unhandled rejection would end this test.
    bell.stop()
    await jest.advanceTimersByTimeAsync(0)
    expect(stop).toHaveBeenCalledTimes(1)
  })

  it.each([undefined, null, true, {}])('may return %p, which stops nothing', async (odd) => {
    const { bell, tries } = setUp(() => odd)
    bell.start()
    await jest.advanceTimersByTimeAsync(2_000)
    bell.stop()
    expect(tries()).toBe(1)
  })
})
