import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { encodeBody, isBytes, type FakeAnswer } from './fake-answer.js'
import { errorAnswer, unauthorized } from './error-answer.js'
import type { AnswerKind } from './fake-fault.js'

type Change = (right: FakeAnswer) => FakeAnswer

const mebibyte = 1024 * 1024

/** What each fault of the saying kind makes of the right answer. */
export const answerFaults: Record<AnswerKind, Change> = {
  empty: () => ({ status: 200, headers: json }),
  html: () => page(200, 'Welcome'),
  malformed: (right) => {
    const bytes = encodeBody(right.body)
    return { ...right, body: bytes.subarray(0, bytes.length >> 1) }
  },
  oversized: (right) => ({
    ...right,
    // No length to be warned by.
    headers: { ...right.headers, 'Transfer-Encoding': 'chunked' },
    body: { ...members(right), padding: 'x'.repeat(mebibyte) },
  }),
  waf: () => page(403, 'Request blocked'),
  '401-html': () => page(401, 'Authorization required'),
  inactive: (right) =>
    right.status === 200 ? { ...right, body: { ...members(right), active: false } } : right,
  'identity-mixup': (right) => {
    const name = 'X-Kratos-Authenticated-Identity-Id'
    if (right.headers[name] === undefined) return right
    return { ...right, headers: { ...right.headers, [name]: randomUUID() } }
  },
}

/** The answer that Ory, or what stands in front of it, gives with a bare status. */
export function statusAnswer(status: number, right: FakeAnswer, publicUrl: string): FakeAnswer {
  const answer = bareAnswer(status, publicUrl)
  const shared = Object.entries(right.headers).filter(([name]) =>
    /^(?:cache-control|vary)$/i.test(name),
  )
  return { ...answer, headers: { ...Object.fromEntries(shared), ...answer.headers } }
}

function bareAnswer(status: number, publicUrl: string): FakeAnswer {
  if (status === 401) return unauthorized()
  if (status < 300 || status === 304) return { status, headers: {} }
  if (status < 400) return { status, headers: { Location: `${publicUrl}/elsewhere` } }
  const limits = {
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': '3',
  }
  return errorAnswer(
    status,
    { message: `The test made the fake answer ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd() },
    status === 429 ? limits : {},
  )
}

const json = { 'Content-Type': 'application/json; charset=utf-8' }

function members({ body }: FakeAnswer): object {
  return typeof body === 'object' && !isBytes(body) ? body : {}
}

function page(status: number, title: string): FakeAnswer {
  const html = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: html }
}
