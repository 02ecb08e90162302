import { STATUS_CODES } from 'node:http'
import { upstreamText } from '../../support/faults.js'
import type { Answer, Fault } from '../fault.js'
import { message } from '../network/message.js'
import type { faultNames } from '../names.js'

const json = { 'Content-Type': 'application/json' }
const html = { 'Content-Type': 'text/html; charset=utf-8' }
const page = `<!DOCTYPE html><title>${upstreamText}</title>`

/** The right answer under another status: a reader that ignores it lets everybody in. */
const withSession = (
  status: number,
  headers: Record<string, string> = {},
  reason: Fault['reason'] = 'status',
): Fault => ({
  reason,
  isWhole: true,
  answer: (socket, right) =>
    socket.write(message(status, { ...right.headers, ...headers }, right.body)),
})

const bare = (status: number): Fault => ({
  reason: 'status',
  isWhole: true,
  answer: (socket) => socket.write(message(status, {}, '')),
})

const saying =
  (status: number, body: unknown, headers: Record<string, string> = json): Answer =>
  (socket) =>
    socket.write(message(status, headers, typeof body === 'string' ? body : JSON.stringify(body)))

/** An error as Ory writes it. */
const oryError = (code: number, members: object = {}): object => ({
  error: { code, status: STATUS_CODES[code], message: upstreamText, ...members },
})

const error = (status: number, reason: Fault['reason'] = 'status'): Fault => ({
  reason,
  isWhole: true,
  // What is in it would be a refusal under another status.
  answer: saying(status, oryError(status, { id: 'session_inactive' })),
})

const garbage = (answer: Answer): Fault => ({
  reason: 'invalid_response',
  isWhole: true,
  answer,
})

const elsewhere = { Location: '/elsewhere' }
const limits = {
  'x-ratelimit-limit': '10',
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': '17',
}

/** A 401 of Ory's own, while its readiness is not what it should be. */
const unauthorizedWhile = (readiness: Answer): Answer => {
  const refuse = saying(401, oryError(401))
  return (socket, right, call) =>
    (call.path === '/health/ready' ? readiness : refuse)(socket, right, call)
}

export const status: Readonly<Record<(typeof faultNames)['status'][number], Fault>> = {
  204: bare(204),
  206: withSession(206, { 'Content-Range': 'bytes 0-99999/*' }),
  301: withSession(301, elsewhere, 'misconfigured'),
  302: withSession(302, elsewhere, 'misconfigured'),
  303: withSession(303, elsewhere, 'misconfigured'),
  304: bare(304),
  307: withSession(307, elsewhere, 'misconfigured'),
  308: withSession(308, elsewhere, 'misconfigured'),
  400: error(400),
  404: error(404, 'misconfigured'),
  413: error(413),
  418: error(418),
  431: error(431),
  "401 of a proxy's own page": { ...garbage(saying(401, page, html)), reason: 'misconfigured' },
  "401 with JSON that is not Ory's": garbage(saying(401, { message: upstreamText })),
  '401 with the error of another code': garbage(saying(401, oryError(403))),
  '401 without a body': garbage(saying(401, '')),
  '401 while readiness is 503': {
    reason: 'not_ready',
    isWhole: true,
    answer: unauthorizedWhile(saying(503, { status: upstreamText })),
  },
  '401 while readiness is silent': {
    reason: 'ambiguous_401',
    why: 'one deadline holds over the whole call, the question for readiness included',
    isSlow: true,
    isWhole: true,
    answer: unauthorizedWhile(() => undefined),
  },
  '403 of a firewall': garbage(saying(403, page, html)),
  "403 with JSON that is not Ory's": {
    ...error(403),
    answer: saying(403, { message: upstreamText }),
  },
  '403 with the error of another id': error(403),
  '429 with headers': {
    reason: 'rate_limited',
    isWhole: true,
    isPausing: true,
    retryAfter: '17',
    answer: saying(429, oryError(429), { ...json, ...limits }),
  },
  '429 without headers': {
    reason: 'rate_limited',
    isWhole: true,
    isPausing: true,
    answer: saying(429, oryError(429)),
  },
  500: error(500, 'server_error'),
  501: error(501, 'server_error'),
  502: error(502, 'server_error'),
  503: error(503, 'server_error'),
  504: error(504, 'server_error'),
}
