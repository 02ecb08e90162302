import type { ServerResponse } from 'node:http'
import { isBytes, type FakeAnswer } from './fake-answer.js'
import { after, deliveryFaults, send } from './write-response.js'
import { answerFaults, statusAnswer } from './fault-answer.js'
import type { AnswerKind, CannedAnswer, DeliveryKind, Fault } from './fake-fault.js'
import type { Strike } from './fault-script.js'

/** Where and when an answer is given. */
export interface Scene {
  readonly publicUrl: string
  /** By the fake's clock, in milliseconds since 1970. */
  readonly now: number
}

/** Gives the right answer, or what a fault makes of it. */
export function respond(
  response: ServerResponse,
  right: FakeAnswer,
  strike: Strike | undefined,
  { publicUrl, now }: Scene,
): void {
  if (strike === undefined) {
    send(response, withDate(right, now))
    return
  }
  const { fault, delayMs = 0 } = strike
  const act = (): void =>
    isOneOf(deliveryFaults, fault)
      ? deliveryFaults[fault](response, withDate(right, now), strike)
      : send(response, withDate(answer, now))
  // Worked out before the delay: an answer that is late says what was right when it was asked for.
  const answer = faultyAnswer(fault, right, publicUrl)
  const bidesItsTime = fault === 'late' || fault === 'drip'
  if (delayMs === 0 || bidesItsTime) act()
  else after(response, delayMs, act)
}

/** By the clock that its sessions end by: Node would put there what the machine's own one says. */
function withDate(answer: FakeAnswer, now: number): FakeAnswer {
  const { headers } = answer
  if (Object.keys(headers).some((name) => /^date$/i.test(name))) return answer
  return { ...answer, headers: { ...headers, Date: new Date(now).toUTCString() } }
}

function faultyAnswer(fault: Fault, right: FakeAnswer, publicUrl: string): FakeAnswer {
  if (typeof fault === 'number') return statusAnswer(fault, right, publicUrl)
  if (typeof fault === 'function') return fault(right)
  if (typeof fault === 'object') return complete(fault)
  return isOneOf(answerFaults, fault) ? answerFaults[fault](right) : right
}

function complete({ status, headers, body }: CannedAnswer): FakeAnswer {
  const isJson = typeof body === 'object' && !isBytes(body)
  return {
    status,
    headers: headers ?? (isJson ? { 'Content-Type': 'application/json' } : {}),
    body,
  }
}

function isOneOf<Kind extends AnswerKind | DeliveryKind>(
  table: Record<Kind, unknown>,
  fault: Fault,
): fault is Kind {
  return typeof fault === 'string' && Object.hasOwn(table, fault)
}
