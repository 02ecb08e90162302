import { describe, expect, it } from '@jest/globals'
import { createLeanAbortSignal, toAbortSignal } from '../../../lib/shared/lean-abort-signal.js'
import type { SignalSource } from '../../../lib/shared/lean-abort-signal.js'

const late = new Error('late')

function createRealSignal(): SignalSource {
  const controller = new AbortController()
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) }
}

describe.each<[string, () => SignalSource]>([
  ['a signal', createLeanAbortSignal],
  ['the real signal that it stands for', createRealSignal],
])('%s', (_title, create) => {
  it('is not given at first', () => {
    const { signal } = create()
    expect([signal.aborted, signal.reason]).toEqual([false, undefined])
  })

  it('keeps the reason that it was first given for', () => {
    const { signal, abort } = create()
    abort(late)
    abort(new Error('later'))
    expect(signal.aborted).toBe(true)
    expect(signal.reason).toBe(late)
  })

  it('tells an object that listens, unless it was taken off', () => {
    const { signal, abort } = create()
    const called: string[] = []
    const [there, gone] = ['there', 'gone'].map((name) => ({
      name,
      handleEvent() {
        called.push(this.name)
      },
    }))
    signal.addEventListener('abort', there!, { once: true })
    signal.addEventListener('abort', gone!, { once: true })
    signal.removeEventListener('abort', gone!)
    abort(late)
    abort(late)
    expect(called).toEqual(['there'])
  })

  it('tells all who listen, once, when it is given already', () => {
    const { signal, abort } = create()
    const called: string[] = []
    for (const name of ['a', 'b']) {
      signal.addEventListener('abort', () => called.push(`${name} ${String(signal.aborted)}`), {
        once: true,
      })
    }
    abort(late)
    abort(late)
    expect(called).toEqual(['a true', 'b true'])
  })

  it.each([0, 1, 2])('tells all the others when one no longer listens: number %i', (leaving) => {
    const { signal, abort } = create()
    const called: number[] = []
    const listeners = [0, 1, 2].map((number) => () => void called.push(number))
    for (const listener of listeners) signal.addEventListener('abort', listener, { once: true })
    signal.removeEventListener('abort', listeners[leaving]!)
    // And takes away nobody for one who never listened.
    signal.removeEventListener('abort', () => called.push(NaN))
    abort(late)
    expect(called).toEqual([0, 1, 2].filter((number) => number !== leaving))
  })

  it('tells nobody who no longer listens, or begins to when it is over', () => {
    const { signal, abort } = create()
    const called: string[] = []
    const leaver = () => called.push('leaver')
    const remover = () => signal.removeEventListener('abort', removed)
    const removed = () => called.push('removed')
    for (const listener of [leaver, remover, removed]) {
      signal.addEventListener('abort', listener, { once: true })
    }
    signal.removeEventListener('abort', leaver)
    abort(late)
    signal.addEventListener('abort', () => called.push('too late'), { once: true })
    expect(called).toEqual([])
  })
})

describe('toAbortSignal', () => {
  it('gives a real one, which is given with it and for the same reason', () => {
    const { signal, abort } = createLeanAbortSignal()
    const real = toAbortSignal(signal)
    expect(real).toBeInstanceOf(AbortSignal)
    expect(real.aborted).toBe(false)
    abort(late)
    expect(real.aborted).toBe(true)
    expect(real.reason).toBe(late)
  })

  it('gives one that is given already where it is', () => {
    const { signal, abort } = createLeanAbortSignal()
    abort(late)
    expect(toAbortSignal(signal)).toMatchObject({ aborted: true, reason: late })
  })
})
