import type { ServerResponse } from 'node:http'
import { isBytes, type FakeAnswer } from './answer.js'
import { after, deliveryFaults, send } from './delivery.js'
import { answerFaults, statusAnswer } from './fault-answer.js'
import type { AnswerKind, CannedAnswer, DeliveryKind, Fault } from './fault.js'
import type { Strike } from './fault-script.js'

/** Gives the right answer, or what a fault makes of it. */
export function respond(
  response: ServerResponse,
  right: FakeAnswer,
  strike: Strike | undefined,
  publicUrl: string,
): void {
  if (strike === undefined) {
    send(response, right)
    return
  }
  const { fault, delayMs = 0 } = strike
  const act = (): void =>
    isOneOf(deliveryFaults, fault)
      ? deliveryFaults[fault](response, right, strike)
      : send(response, answer)
  // Worked out before the delay: an answer that is late says what was right when it was asked for.
  const answer = faultyAnswer(fault, right, publicUrl)
  const bidesItsTime = fault === 'late' || fault === 'drip'
  if (delayMs === 0 || bidesItsTime) act()
  else after(response, delayMs, act)
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
