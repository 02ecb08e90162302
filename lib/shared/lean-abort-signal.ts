/**
 * The part of `AbortSignal` that is used here, so that a real one fits. That is an `EventTarget`: to
 * make one, listen and let go takes as long as it takes to parse a session.
 */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: Listener, options?: { readonly once: true }): void
  removeEventListener(type: 'abort', listener: Listener): void
}

/** A function, or an object that has one: an object that exists anyway saves one for each question. */
export type Listener = (() => void) | { handleEvent(): void }

/** A signal, and the way to give it once. */
export interface SignalSource {
  readonly signal: Signal
  abort(reason: Error): void
}

export function createLeanAbortSignal(): SignalSource {
  const signal = new LeanSignal()
  return {
    signal,
    abort: (reason) => {
      signal.give(reason)
    },
  }
}

/** Calls each listener once, whatever its options say. */
class LeanSignal implements Signal {
  aborted = false
  reason: unknown = undefined
  // A question has one or two at a time.
  readonly #listeners: Listener[] = []

  addEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    const index = this.#listeners.indexOf(listener)
    if (index !== -1) this.#listeners.splice(index, 1)
  }

  give(reason: Error): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    for (let listener = this.#listeners.shift(); listener; listener = this.#listeners.shift()) {
      if (typeof listener === 'function') listener()
      else listener.handleEvent()
    }
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
