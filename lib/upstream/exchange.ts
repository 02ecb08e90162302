import type { Dispatcher } from 'undici'
import { Body } from './reply.js'
import type { Reply } from './reply.js'
import type { Trail } from './tracked-client.js'
import { toAbortSignal } from './signal.js'
import type { Signal } from './signal.js'

/** One request and the whole reply to it. Rejects when the signal is given, or a `Fault` is found. */
export type Exchange = (
  dispatcher: Dispatcher,
  options: Dispatcher.RequestOptions<Trail>,
  signal: Signal,
) => Promise<Reply>

/**
 * By `request`, which every undici's dispatcher has, whatever its version. Its handlers it knows
 * best itself; whether it heeds a signal it does not say, so that is not waited for.
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
export const exchangeByDispatch: Exchange = async (dispatcher, options, signal) => {
  if (signal.aborted) throw signal.reason
  let status = 0
  let headers: Reply['headers'] = {}
  let body: Body | undefined

  await new Promise<void>((resolve, reject) => {
    let giveUp: (() => void) | undefined
    const letGo = (): void => {
      if (giveUp !== undefined) signal.removeEventListener('abort', giveUp)
    }
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        giveUp = () => {
          controller.abort(signal.reason as Error)
        }
        if (signal.aborted) giveUp()
        else signal.addEventListener('abort', giveUp, { once: true })
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode
        headers = received
      },
      onResponseData(controller, chunk) {
        try {
          body ??= new Body(headers)
          body.add(chunk)
        } catch (fault) {
          controller.abort(fault as Error)
        }
      },
      onResponseEnd() {
        letGo()
        resolve()
      },
      onResponseError(_controller, error) {
        letGo()
        reject(error)
      },
    })
  })
  return { status, headers, body: body === undefined ? '' : body.text() }
}
