// Not the globals: those stand still here.
import { setTimeout } from 'node:timers'
import { jest } from '@jest/globals'

/**
 * From here on the timers of the package and of undici stand still until they are moved: a busy
 * machine cannot bring a deadline about, and none has to be waited for. Sockets work as ever.
 */
export function stopTimers(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'clearImmediate',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
    ],
  })
}

const stepMs = 50
const turnsPerStep = 4

/** Moves timers and clocks on, in steps between which sockets are read and written. */
export async function elapse(
  ms: number,
  clocks: readonly { advance(ms: number): void }[],
): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    const step = Math.min(stepMs, left)
    for (const clock of clocks) clock.advance(step)
    jest.advanceTimersByTime(step)
    for (let turn = 0; turn < turnsPerStep; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

/** Longest time that something takes for which no timer has to move, however busy the machine. */
const patienceMs = 10_000

/** Waits, in real time, and tells whether it came true. */
export async function until(isTrue: () => boolean): Promise<boolean> {
  const began = performance.now()
  while (!isTrue()) {
    if (performance.now() - began > patienceMs) return false
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return true
}

/** Waits for what may never come, and throws when it does not. */
export async function inPatience(promise: Promise<void>): Promise<void> {
  let isOver = false
  const over = promise.finally(() => (isOver = true))
  if (!(await until(() => isOver))) throw new Error('It does not end')
  await over
}
