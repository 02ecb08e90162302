import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createLogPoller } from '../../../lib/store/log-poller.js'
import type { LogPoller } from '../../../lib/store/log-poller.js'
import { createFakeClock } from '../support/fake-clock.js'

let poller: LogPoller | undefined

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  poller?.close()
  jest.useRealTimers()
})

/** A log that is read every 100 ms, each time for so long. */
async function startPolling(readMs = 0, isGood = true) {
  const scene: { readings: number; ring: () => void } = { readings: 0, ring: () => undefined }
  poller = createLogPoller({
    async read() {
      scene.readings += 1
      await new Promise((resolve) => setTimeout(resolve, readMs))
      return isGood
    },
    pollMs: 100,
    idleMs: 10_000,
    clock: createFakeClock(),
    listen(onNews) {
      scene.ring = onNews
    },
  })
  poller.touch()
  await jest.advanceTimersByTimeAsync(readMs)
  return scene
}

describe('the poller of a log', () => {
  it('reads it at once when the bell rings, after a reading of 5 ms ago or more', async () => {
    const scene = await startPolling()
    await jest.advanceTimersByTimeAsync(20)
    expect(scene.readings).toBe(1)
    scene.ring()
    await jest.advanceTimersByTimeAsync(1)
    expect(scene.readings).toBe(2)
  })

  it('reads it once in 5 ms, however often the bell rings', async () => {
    const scene = await startPolling()
    const before = scene.readings
    for (let ms = 0; ms < 50; ms += 1) {
      scene.ring()
      scene.ring()
      await jest.advanceTimersByTimeAsync(1)
    }
    expect(scene.readings - before).toBeGreaterThanOrEqual(5)
    expect(scene.readings - before).toBeLessThanOrEqual(10)
  })

  it('reads it once more after a reading during which the bell rang', async () => {
    const scene = await startPolling(20)
    await jest.advanceTimersByTimeAsync(110)
    expect(scene.readings).toBe(2)
    scene.ring()
    await jest.advanceTimersByTimeAsync(20)
    expect(scene.readings).toBe(3)
  })

  it('reads it once a second after three readings in a row that failed', async () => {
    const scene = await startPolling(0, false)
    await jest.advanceTimersByTimeAsync(250)
    expect(scene.readings).toBe(3)
    await jest.advanceTimersByTimeAsync(700)
    expect(scene.readings).toBe(3)
    await jest.advanceTimersByTimeAsync(300)
    expect(scene.readings).toBe(4)
  })

  it('stops where a clock of the application throws, and reads on after the next question', async () => {
    let isBroken = false
    let readings = 0
    const right = createFakeClock()
    const monotonic = (): number => {
      if (isBroken) throw new TypeError('out of order')
      return right.monotonic()
    }
    poller = createLogPoller({
      read() {
        readings += 1
        return Promise.resolve(true)
      },
      pollMs: 100,
      idleMs: 10_000,
      clock: { ...right, monotonic },
      listen: () => undefined,
    })
    poller.touch()
    isBroken = true
    await jest.advanceTimersByTimeAsync(250)
    expect(readings).toBe(1)
    isBroken = false
    poller.touch()
    await jest.advanceTimersByTimeAsync(150)
    expect(readings).toBe(3)
  })
})
