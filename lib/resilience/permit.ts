import type { Signal } from '../shared/lean-abort-signal.js'

/**
 * A place that a question has taken, until it ends. A call that is queued in undici is let go of once
 * it gets a connection. Past its deadline it keeps its place until then, or dead calls would pile up
 * there while connects hang; but not for ever. For an application's own dispatcher nobody waits (see
 * exchangeByRequest).
 */
export class Place {
  readonly #signal: Signal
  readonly #timeoutMs: number
  #leave: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  /** `timeoutMs`: how long past the signal it is kept at most. `leave` is called once. */
  constructor(signal: Signal, timeoutMs: number, leave: () => void) {
    this.#signal = signal
    this.#timeoutMs = timeoutMs
    this.#leave = leave
    signal.addEventListener('abort', this, { once: true })
  }

  /** The deadline has passed. */
  handleEvent(): void {
    this.#timer = setTimeout(() => {
      this.#leaveOnce()
    }, this.#timeoutMs)
    this.#timer.unref()
  }

  /** The question has ended. */
  end(): void {
    this.#signal.removeEventListener('abort', this)
    clearTimeout(this.#timer)
    this.#leaveOnce()
  }

  #leaveOnce(): void {
    const leave = this.#leave
    this.#leave = undefined
    leave?.()
  }
}
