/** Whether a hook that answers at once returned a promise, of whichever library. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}

/**
 * Hands the rejection of a promise to `onRejected`. No global `Promise` is asked: an application may
 * have put another one there.
 */
export function onRejection(promise: PromiseLike<unknown>, take: (thrown: unknown) => void): void {
  void (async () => {
    try {
      await promise
    } catch (thrown) {
      take(thrown)
    }
  })()
}

/** Keeps the rejection of a promise that nobody waits for from ending the process. */
export function ignoreRejection(promise: PromiseLike<unknown>): void {
  onRejection(promise, () => undefined)
}
