import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionError } from './errors.js'

const representation = [
  'Content-Encoding',
  'Content-Language',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Transfer-Encoding',
]

/**
 * Answers a request with a denial: problem details (RFC 9457) and the error's own headers. Does
 * nothing where an answer has begun already or the client is gone.
 */
export function respond(
  error: SessionError,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (response.headersSent || isGone(response)) return
  const body = Buffer.from(JSON.stringify(error))
  response.statusCode = error.status
  // What an earlier handler has said of a body of its own.
  for (const name of representation) response.removeHeader(name)
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
  response.setHeader('Content-Length', body.length)
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Whether nobody is there to read an answer any more. */
export function isGone(response: ServerResponse): boolean {
  const { destroyed } = response as { destroyed?: boolean }
  // HTTP/2's compatibility response has no `destroyed`; its stream has.
  if (destroyed === undefined) return isStreamGone(response)
  // An answer that has not begun has not ended either, and behind Express each member that is looked
  // at for the first time costs up to a microsecond.
  return destroyed || (response.headersSent && response.writableEnded)
}

function isStreamGone(response: ServerResponse): boolean {
  const { stream } = response as { stream?: { destroyed: boolean } | null }
  return response.writableEnded || stream?.destroyed === true
}
