import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionInvalidateTarget } from '../auth/invalidate.js'
import { readMembers } from '../options/validators.js'
import type { SessionMiddleware } from './middleware.js'
import { fail } from './next.js'
import { readJsonBody } from './request-body.js'
import { disownBody, isGone } from './respond.js'
import { createWebhookSecret } from './webhook-secret.js'
import { readTarget } from './webhook-target.js'

/** What `webhook` takes. */
export interface SessionWebhookOptions {
  /**
   * What the caller proves itself with, 16 characters or more: the token of `Authorization: Bearer`, or
   * the password of basic auth. Of a list each is accepted, so that a secret can be changed without a gap.
   */
  readonly secret: string | readonly string[]
}

/** Longest body that is read, in bytes. */
const maxBytes = 16 * 1024

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  503: 'Service Unavailable',
} as const

/**
 * Makes the handler of Ory's web hooks, which forgets at once the sessions that a hook names. It
 * answers 204, however often it is called with the same.
 *
 * @throws TypeError for a key that is not as documented
 * @see https://www.ory.com/docs/guides/integrate-with-ory-cloud-through-webhooks
 */
export function createWebhook(
  options: SessionWebhookOptions,
  invalidate: (target: SessionInvalidateTarget) => Promise<unknown>,
): SessionMiddleware {
  const { secret } = readMembers('webhook', options, ['secret'])
  const hasSecret = createWebhookSecret(secret)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (response.headersSent) throw new Error('The answer to a web hook had begun before it')
    // Before the body is read: a caller without the secret costs nothing more.
    if (!hasSecret(request.headers.authorization)) {
      deny(request, response, 401)
      return
    }
    if (request.method !== 'POST') {
      deny(request, response, 405, 'Use POST.')
      return
    }
    if (!/^application\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
      deny(request, response, 415, 'The body must be application/json.')
      return
    }
    const read = await readJsonBody(request, maxBytes)
    if (read === 'gone') return
    if ('status' in read) {
      deny(request, response, read.status, read.detail)
      return
    }
    const target = readTarget(read.json)
    if ('detail' in target) {
      deny(request, response, 400, target.detail)
      return
    }
    try {
      await invalidate(target)
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'store_unavailable') throw error
      // Kratos asks again after a 5xx; by then the store may be back.
      deny(request, response, 503, 'The other processes could not be reached; try again.')
      return
    }
    send(response, 204)
  }

  return function webhook(request, response, next) {
    answer(request, response).catch((thrown: unknown) => fail(next, thrown))
  }
}

/** Answers with problem details (RFC 9457). */
function deny(
  request: IncomingMessage,
  response: ServerResponse,
  status: keyof typeof titles,
  detail?: string,
): void {
  if (isGone(response) || response.headersSent) return
  const problem = { type: 'about:blank', title: titles[status], status, ...(detail && { detail }) }
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="webhook", Basic realm="webhook"' }),
    ...(status === 405 && { Allow: 'POST' }),
    ...(status === 503 && { 'Retry-After': '1' }),
    // Otherwise Node reads the rest of the body, however long it is, to use the connection again.
    ...(request.httpVersionMajor < 2 && !request.complete && { Connection: 'close' }),
  }
  send(response, status, headers, JSON.stringify(problem))
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): void {
  if (isGone(response) || response.headersSent) return
  disownBody(response)
  response.statusCode = status
  response.setHeader('Cache-Control', 'no-store')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (body === undefined) response.end()
  else {
    response.setHeader('Content-Length', Buffer.byteLength(body))
    response.end(body)
  }
}
