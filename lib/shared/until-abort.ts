import type { Fault } from './fault.js'
import type { Signal } from './lean-abort-signal.js'

/**
 * What `answer` gives, as long as the signal is not given; then it rejects with what `why` makes. Work
 * that waits inside undici for a connection obeys no signal, so nothing else would say in time why it
 * failed.
 */
export function untilAbort<T>(signal: Signal, answer: Promise<T>, why: () => Fault): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(why())
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    const stop = (): void => {
      signal.removeEventListener('abort', giveUp)
    }
    // Not by `finally`: the global Promise of an application may have none.
    answer.then(
      (value) => {
        stop()
        resolve(value)
      },
      (error: unknown) => {
        stop()
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
        reject(error)
      },
    )
  })
}
