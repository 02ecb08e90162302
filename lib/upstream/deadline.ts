import { Fault } from './fault.js'
import { createSignal } from './signal.js'
import type { Signal } from './signal.js'

/**
 * Runs work that must be done in time. When time is up the promise rejects, whether or not the work
 * heeds the signal: undici does not while a call waits for a connection.
 *
 * @throws Fault `timeout`, or what the work throws.
 */
export function withDeadline<T>(
  timeoutMs: number,
  work: (signal: Signal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const source = createSignal()
    // First, or the timer would be left where this throws.
    const result = work(source.signal)
    const timer = setTimeout(() => {
      const fault = new Fault('timeout')
      reject(fault)
      source.abort(fault)
    }, timeoutMs)
    result.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
        reject(error)
      },
    )
  })
}
