import type { Dispatcher } from 'undici'
import { Body } from './response.js'
import type { Reply } from './response.js'
import type { Trail } from './keep-alive-retry.js'
import { toAbortSignal } from '../shared/lean-abort-signal.js'
import type { Signal } from '../shared/lean-abort-signal.js'

/**
 * One request and the whole reply to it. Rejects with the signal's reason once that is given (by
 * dispatch, once the call has left undici's queue), or with what failed.
 */
export type Exchange = (
  dispatcher: Dispatcher,
  options: Dispatcher.RequestOptions<Trail>,
  signal: Signal,
) => Promise<Reply>

/**
 * By `request`, which every undici's dispatcher has, whatever its version. Its handlers it knows
 * best itself; whether it obeys a signal it does not say, so that is not waited for.
 */
export const exchangeByRequest: Exchange = (dispatcher, options, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) throw signal.reason
    const abortSignal = toAbortSignal(signal)
    abortSignal.addEventListener('abort', () => {
      reject(abortSignal.reason as Error)
    })
    receive(dispatcher, { ...options, signal: abortSignal }).then(resolve, reject)
  })

async function receive(
  dispatcher: Dispatcher,
  options: Dispatcher.RequestOptions<Trail>,
): Promise<Reply> {
  const response = await dispatcher.request(options)
  const { statusCode: status, headers } = response
  // Leaving the loop by an exception destroys the body, and with it the socket.
  let body: Body | undefined
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    body ??= new Body(headers)
    body.add(chunk)
  }
  return { status, headers, body: body === undefined ? '' : body.text() }
}

/**
 * By `dispatch`, for the dispatcher that is ours: `request` makes a stream of each body, which takes
 * as long as all the rest of a call.
 */
export const exchangeByDispatch: Exchange = (dispatcher, options, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) throw signal.reason
    dispatcher.dispatch(options, new Reception(signal, resolve, reject))
  })

/** Takes in a reply as it comes. */
class Reception implements Dispatcher.DispatchHandler {
  readonly #signal: Signal
  readonly #resolve: (reply: Reply) => void
  readonly #reject: (error: unknown) => void
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: Reply['headers'] = {}
  #body: Body | undefined

  constructor(signal: Signal, resolve: (reply: Reply) => void, reject: (error: unknown) => void) {
    this.#signal = signal
    this.#resolve = resolve
    this.#reject = reject
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#signal.aborted) this.handleEvent()
    else this.#signal.addEventListener('abort', this, { once: true })
  }

  /** The signal was given. */
  handleEvent(): void {
    this.#controller?.abort(this.#signal.reason as Error)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Reply['headers'],
  ): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    try {
      this.#body ??= new Body(this.#headers)
      this.#body.add(chunk)
    } catch (fault) {
      controller.abort(fault as Error)
    }
  }

  onResponseEnd(): void {
    this.#letGo()
    try {
      const body = this.#body === undefined ? '' : this.#body.text()
      this.#resolve({ status: this.#status, headers: this.#headers, body })
    } catch (fault) {
      this.#reject(fault)
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#letGo()
    this.#reject(error)
  }

  #letGo(): void {
    this.#signal.removeEventListener('abort', this)
  }
}
