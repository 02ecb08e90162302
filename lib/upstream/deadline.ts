import { Fault } from './fault.js'

/**
 * Runs work that must be done in time. When time is up the promise rejects, whether or not the work
 * heeds the signal: undici does not while a call waits for a connection.
 *
 * @throws Fault `timeout`, or what the work throws.
 */
export function withDeadline<T>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController()
    const timer = setTimeout(() => {
      const fault = new Fault('timeout')
      reject(fault)
      controller.abort(fault)
    }, timeoutMs)
    Promise.resolve(controller.signal)
      .then(work)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
      })
  })
}
