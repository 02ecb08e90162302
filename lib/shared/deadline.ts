import { Fault } from './fault.js'
import { createLeanAbortSignal } from './lean-abort-signal.js'
import type { Signal } from './lean-abort-signal.js'

/**
 * Runs work that must be done in time. When time is up the promise rejects, whether or not the work
 * obeys the signal: undici does not while a call waits for a connection. `beforeMs`: how much more time
 * the work has until it calls `restart`, which gives it `timeoutMs` from then on, once.
 *
 * @throws Fault `timeout`, or what the work throws.
 */
export function withDeadline<T>(
  timeoutMs: number,
  work: (signal: Signal, restart: () => void) => Promise<T>,
  beforeMs = 0,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const source = createLeanAbortSignal()
    let timer: NodeJS.Timeout | undefined
    let due: NodeJS.Immediate | undefined
    let mayRestart = true
    const giveUp = (): void => {
      const fault = new Fault('timeout')
      source.abort(fault)
      // Work that obeys at once says first what was wrong, such as that Ory was not asked at all.
      queueMicrotask(() => {
        process.nextTick(reject, fault)
      })
    }
    // A process that was held up finds its timers due before it reads the replies that came meanwhile.
    // They are read before this; or a busy moment of ours would look like an outage of Ory.
    const onTime = (): void => {
      due = setImmediate(giveUp)
    }
    const stop = (): void => {
      clearTimeout(timer)
      clearImmediate(due)
    }
    const restart = (): void => {
      if (!mayRestart || source.signal.aborted) return
      mayRestart = false
      stop()
      timer = setTimeout(onTime, timeoutMs)
    }
    // First: if this throws later, the timer is left.
    const result = work(source.signal, restart)
    timer ??= setTimeout(onTime, timeoutMs + beforeMs)
    const end = (): void => {
      mayRestart = false
      stop()
    }
    result.then(
      (value) => {
        end()
        resolve(value)
      },
      (error: unknown) => {
        end()
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
        reject(error)
      },
    )
  })
}
