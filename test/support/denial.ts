import { STATUS_CODES } from 'node:http'
import { expect } from '@jest/globals'
import type { SessionDenialCode } from '../../lib/index.js'

/** An answer, as supertest or a socket gives it. */
export interface Reply {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

export interface ExpectedDenial {
  readonly status: 400 | 401 | 403 | 503
  readonly code: SessionDenialCode
  /** `error.id`, where it is not the code. */
  readonly oryId?: string
  /** The whole of `WWW-Authenticate`. */
  readonly challenge?: string
  /** Members of the body besides those that every denial has. */
  readonly members?: object
  readonly vary?: string
}

const text: unknown = expect.stringMatching(/\S/)

/** Holds a whole answer, headers and body, against what a denial has to be. */
export function expectDenial(reply: Reply, expected: ExpectedDenial): void {
  const { status, code, oryId = code, challenge, members = {} } = expected
  const { headers } = reply
  expect(reply.status).toBe(status)
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    vary: expected.vary ?? 'X-Session-Token, Authorization, Cookie',
    'content-length': String(Buffer.byteLength(reply.text)),
  })
  expect(headers['www-authenticate']).toBe(challenge)
  expect(headers['retry-after']).toEqual(
    status === 503 ? expect.stringMatching(/^(?:[1-9]|[12]\d|30)$/) : undefined,
  )
  expect(headers).not.toHaveProperty('location')
  expect(headers).not.toHaveProperty('set-cookie')
  const phrase = STATUS_CODES[status]
  expect(JSON.parse(reply.text)).toStrictEqual({
    type: 'about:blank',
    title: phrase,
    status,
    detail: text,
    code,
    ...members,
    error: { id: oryId, code: status, status: phrase, reason: text, message: text },
  })
}

/** Where a script sends the browser that has no session. */
const login = {
  redirect_browser_to: expect.stringMatching(/\/self-service\/login\/browser$/) as unknown,
}

export const sessionMissing: ExpectedDenial = {
  status: 401,
  code: 'session_missing',
  oryId: 'session_inactive',
  challenge: 'Bearer realm="ory"',
  members: login,
}

export const sessionInvalid: ExpectedDenial = {
  status: 401,
  code: 'session_invalid',
  oryId: 'session_inactive',
  challenge: 'Bearer realm="ory", error="invalid_token"',
  members: login,
}

export const malformed: ExpectedDenial = {
  status: 400,
  code: 'credential_malformed',
  challenge: 'Bearer realm="ory", error="invalid_request"',
}

export const unavailable: ExpectedDenial = { status: 503, code: 'authentication_unavailable' }
