import type { Signal } from '../shared/lean-abort-signal.js'

/** Leave for one call to be with Ory. */
export interface Permit {
  /** The call has ended. */
  giveBack(): void
}

/**
 * A call that is queued in undici ends only when it gets a connection. If it gave its permit back at its
 * deadline, dead calls would pile up there while connects hang. It keeps the permit until it ends, but
 * not for longer than `timeoutMs` past its deadline. With a dispatcher of the application it ends at its
 * deadline (see exchangeByRequest).
 *
 * `release` is called once.
 */
export function createPermit(signal: Signal, timeoutMs: number, release: () => void): Permit {
  let timer: NodeJS.Timeout | undefined
  let isHeld = true

  function releaseOnce(): void {
    if (!isHeld) return
    isHeld = false
    release()
  }

  function onDeadline(): void {
    timer = setTimeout(releaseOnce, timeoutMs)
    timer.unref()
  }

  signal.addEventListener('abort', onDeadline, { once: true })
  return {
    giveBack() {
      signal.removeEventListener('abort', onDeadline)
      clearTimeout(timer)
      releaseOnce()
    },
  }
}
