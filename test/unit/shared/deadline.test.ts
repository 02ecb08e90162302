import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { withDeadline } from '../../../lib/shared/deadline.js'
import { Fault } from '../../../lib/shared/fault.js'
import { defer, standOf } from '../ory/question.js'
import type { Signal } from '../../../lib/shared/lean-abort-signal.js'

describe('withDeadline, in a process that was held up', () => {
  it('takes what was there in time, though nobody has read it yet', async () => {
    const work = withDeadline(20, () => promisify(randomBytes)(8))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    expect(await work).toHaveLength(8)
  })

  it('gives the work all of its time where it restarts at what was there in time', async () => {
    const work = withDeadline(20, async (_signal, restart) => {
      await promisify(randomBytes)(8)
      restart()
      await new Promise((resolve) => setTimeout(resolve, 5))
      return 'done'
    })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    expect(await work).toBe('done')
  })
})

describe('withDeadline', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  it('gives what the work gives in time, and leaves no timer', async () => {
    await expect(withDeadline(10, async () => 'done')).resolves.toBe('done')
    const thrown = new Error('no')
    await expect(withDeadline(10, () => Promise.reject(thrown))).rejects.toBe(thrown)
    expect(jest.getTimerCount()).toBe(0)
  })

  it('rejects with what the work throws at once, and leaves no timer', async () => {
    const thrown = new Error('no')
    const work = (): never => {
      throw thrown
    }
    await expect(withDeadline(10, work)).rejects.toBe(thrown)
    expect(jest.getTimerCount()).toBe(0)
  })

  it('is a fault at the deadline and not before, and aborts the work by then', async () => {
    const never = defer<never>()
    const signals: Signal[] = []
    const work = withDeadline(10, (signal) => {
      signals.push(signal)
      return never.promise
    })
    jest.advanceTimersByTime(9)
    expect(await standOf([work])).toEqual(['pending'])
    expect(signals[0]?.aborted).toBe(false)
    jest.advanceTimersByTime(1)
    await expect(work).rejects.toBeInstanceOf(Fault)
    await expect(work).rejects.toMatchObject({ reason: 'timeout' })
    expect(signals[0]?.aborted).toBe(true)
    expect(signals[0]?.reason).toMatchObject({ reason: 'timeout' })
  })

  it('gives the work all of its time again where it restarts, and no more once it has given up', async () => {
    let again: (() => void) | undefined
    const work = withDeadline(10, (_signal, restart) => {
      again = restart
      return defer<never>().promise
    })
    work.catch(() => undefined)
    jest.advanceTimersByTime(9)
    again?.()
    jest.advanceTimersByTime(9)
    expect(await standOf([work])).toEqual(['pending'])
    jest.advanceTimersByTime(1)
    await expect(work).rejects.toMatchObject({ reason: 'timeout' })
    again?.()
    expect(jest.getTimerCount()).toBe(0)
  })

  it('may give the work more time until it restarts, and no second time once more', async () => {
    let again: (() => void) | undefined
    const work = withDeadline(
      10,
      (_signal, restart) => {
        again = restart
        return defer<never>().promise
      },
      15,
    )
    work.catch(() => undefined)
    jest.advanceTimersByTime(24)
    again?.()
    jest.advanceTimersByTime(9)
    again?.()
    expect(await standOf([work])).toEqual(['pending'])
    jest.advanceTimersByTime(1)
    await expect(work).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('is a fault where the work does not restart in all of that time', async () => {
    const work = withDeadline(10, () => defer<never>().promise, 15)
    jest.advanceTimersByTime(24)
    expect(await standOf([work])).toEqual(['pending'])
    jest.advanceTimersByTime(1)
    await expect(work).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('is the fault that the work has where it gives up by then', async () => {
    const own = new Fault('throttled')
    const work = withDeadline(10, (signal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(own))
      })
        .then(() => 'never')
        .finally(() => undefined)
        .finally(() => undefined),
    )
    jest.advanceTimersByTime(10)
    await expect(work).rejects.toBe(own)
  })

  it('does not change its mind when the work ends later', async () => {
    const late = defer<string>()
    const work = withDeadline(10, () => late.promise)
    work.catch(() => undefined)
    jest.advanceTimersByTime(10)
    await new Promise((resolve) => setImmediate(resolve))
    late.reject(new Error('too late'))
    await expect(work).rejects.toMatchObject({ reason: 'timeout' })
    // Nobody is left with a rejection that nobody handles.
    await new Promise((resolve) => setImmediate(resolve))
  })
})
