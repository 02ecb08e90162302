import { Fault } from '../shared/fault.js'
import { causeOfAnswer } from '../shared/setup-cause.js'
import type { Reply } from './response.js'

/** Whether a reply says of itself that it is JSON. */
export function isJson({ headers }: Reply): boolean {
  const type = headers['content-type']
  return typeof type === 'string' && /^application\/json\s*(?:;|$)/i.test(type)
}

/** Reads a JSON body. Throws a `Fault` that repeats nothing of it. */
export function readJson(reply: Reply): unknown {
  if (!isJson(reply)) {
    if (causeOfAnswer(reply) !== 'html') throw new Fault('invalid_response', 'not application/json')
    throw new Fault('misconfigured', String(reply.status), undefined, 'html')
  }
  try {
    return JSON.parse(reply.body) as unknown
  } catch {
    // The SyntaxError quotes the text.
    throw new Fault('invalid_response', 'not JSON')
  }
}

/** The error object in the body of an answer, if it has one of Ory's form. */
export function readOryError(reply: Reply): Readonly<Record<string, unknown>> | undefined {
  const body = readJson(reply)
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'error')) return undefined
  const { error } = body as { error: unknown }
  return typeof error === 'object' && error !== null
    ? (error as Record<string, unknown>)
    : undefined
}

/** Whether it is Ory that refuses, and not a proxy or a firewall with the same status. */
export function isOryRefusal(reply: Reply): boolean {
  return readOryError(reply)?.['code'] === reply.status
}
