import type { IncomingMessage, ServerResponse } from 'node:http'
import { peek } from '../shared/peek.js'
import type { SessionError } from '../shared/session-error.js'

/**
 * Answers a request with a denial: problem details (RFC 9457) and the error's own headers. Does
 * nothing if an answer has begun already or the client is gone.
 */
export function sendDenial(
  error: SessionError,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (response.headersSent || isGone(response)) return
  send(response, error.status, error.headers, JSON.stringify(error), request.method === 'HEAD')
}

/** Sends a browser elsewhere with a GET (RFC 9110 §15.4.4). */
export function seeOther(response: ServerResponse, location: string): void {
  if (isGone(response)) return
  send(response, 303, { Location: location, 'Cache-Control': 'no-store' })
}

/**
 * Writes a whole answer, by `setHeader`, `getHeader` and `end` alone: stand-ins for a response have no
 * more. The body is a string, so that mocks and test doubles show it.
 */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body = '',
  isHead = false,
): void {
  disownBody(response)
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  // A 204 has no length (RFC 9110 §8.6).
  if (status !== 204) response.setHeader('Content-Length', Buffer.byteLength(body))
  if (isHead || body === '') response.end()
  else response.end(body)
}

/** Whether the client reads no answer any more. `isBegun`: an answer has begun. */
export function isGone(response: ServerResponse, isBegun = peek(response, 'headersSent')): boolean {
  const destroyed = peek(response as { destroyed?: boolean }, 'destroyed')
  // HTTP/2's compatibility response has no `destroyed`; its stream has.
  if (destroyed === undefined) return isStreamGone(response)
  // An answer that has not begun has not ended either, so the common case reads one member less.
  return destroyed || (isBegun && response.writableEnded)
}

function isStreamGone(response: ServerResponse): boolean {
  const { stream, writableEnded } = response as {
    stream?: { destroyed: boolean } | null
    writableEnded?: boolean
  }
  return writableEnded === true || stream?.destroyed === true
}

const representation = [
  'Content-Type',
  'Content-Length',
  'Content-Encoding',
  'Content-Language',
  'Content-Range',
  'Location',
  'ETag',
  'Last-Modified',
  'Transfer-Encoding',
]

/** Takes back what an earlier handler has said of a body that is not to be sent. */
export function disownBody(response: ServerResponse): void {
  const { removeHeader } = response as Partial<ServerResponse>
  if (typeof removeHeader !== 'function') return
  for (const name of representation) {
    // `removeHeader()` on an absent header turns Node's automatic framing off, so check first.
    if (response.getHeader(name) !== undefined) removeHeader.call(response, name)
  }
}
