import type { ServerResponse } from 'node:http'
// Not the globals: those stand still under a test runner's fake timers.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers'
import { encodeBody, encodeHeaders, type FakeAnswer } from './fake-answer.js'
import type { DeliveryKind } from './fake-fault.js'
import type { Strike } from './fault-script.js'

/** Writes an answer, or does not. */
export type Delivery = (response: ServerResponse, answer: FakeAnswer, strike: Strike) => void

const lateMs = 5_000
const dripMs = 100
const beforeResetMs = 10

/** How each fault of the other kind goes about it. */
export const deliveryFaults: Record<DeliveryKind, Delivery> = {
  late: (response, answer, { delayMs = lateMs }) =>
    after(response, delayMs, () => send(response, answer)),
  held: (response, answer, { onHealed }) => onHealed(() => send(response, answer)),
  silent: () => undefined,
  reset: (response) => void response.req.socket.resetAndDestroy(),
  'reset-mid-body': (response, answer) =>
    // Were the reset to overtake what came before it, the caller would see a plain end. The turn of
    // the event loop lets a caller in this process read.
    sendHalf(response, answer, () =>
      after(response, beforeResetMs, () =>
        setImmediate(() => response.req.socket.resetAndDestroy()),
      ),
    ),
  truncated: (response, answer) =>
    sendHalf(response, answer, () => response.req.socket.destroySoon()),
  drip(response, answer, { delayMs = dripMs }) {
    const body = sendHead(response, answer)
    const next = (position: number): void => {
      if (position === body.length) return void response.end()
      response.write(body.subarray(position, position + 1))
      after(response, delayMs, () => next(position + 1))
    }
    next(0)
  },
}

/** Writes an answer as it should be. */
export function send(response: ServerResponse, answer: FakeAnswer): void {
  response.end(sendHead(response, answer))
}

/** Acts later, unless the connection is gone by then. */
export function after(response: ServerResponse, delayMs: number, act: () => void): void {
  const cancel = (): void => clearTimeout(timer)
  const timer = setTimeout(() => {
    response.off('close', cancel)
    act()
  }, delayMs)
  response.once('close', cancel)
}

/** Writes the head, and returns the body that it announces. */
function sendHead(response: ServerResponse, answer: FakeAnswer): Buffer {
  const body = encodeBody(answer.body)
  response.writeHead(answer.status, encodeHeaders(answer, body.length))
  return body
}

function sendHalf(response: ServerResponse, answer: FakeAnswer, then: () => void): void {
  const body = sendHead(response, answer)
  response.write(body.subarray(0, body.length >> 1), () => then())
}
