/**
 * What is needed of an `AbortSignal`, which is one. The real one is an `EventTarget`: to make it,
 * listen and let go takes as long as it takes to parse a session.
 */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: true }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** A signal, and the way to give it once. */
export interface SignalSource {
  readonly signal: Signal
  abort(reason: Error): void
}

export function createSignal(): SignalSource {
  const listeners = new Set<() => void>()
  let reason: Error | undefined
  const signal: Signal = {
    get aborted() {
      return reason !== undefined
    },
    get reason() {
      return reason
    },
    addEventListener(_type, listener) {
      listeners.add(listener)
    },
    removeEventListener(_type, listener) {
      listeners.delete(listener)
    },
  }
  return {
    signal,
    abort(given) {
      reason ??= given
      for (const listener of listeners) {
        listeners.delete(listener)
        listener()
      }
    },
  }
}

/** The same as a real one, for code that is not ours. */
export function toAbortSignal(signal: Signal): AbortSignal {
  const controller = new AbortController()
  const abort = (): void => {
    controller.abort(signal.reason)
  }
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return controller.signal
}
