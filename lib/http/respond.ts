import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionError } from '../shared/session-error.js'

/**
 * Answers a request with a denial: problem details (RFC 9457) and the error's own headers. Does
 * nothing where an answer has begun already or the client is gone.
 */
export function sendDenial(
  error: SessionError,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (response.headersSent || isGone(response)) return
  const body = Buffer.from(JSON.stringify(error))
  response.statusCode = error.status
  disownBody(response)
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
  for (const name of representation) {
    // To remove what is not there would tell Node to leave the framing of the body to others.
    if (response.hasHeader(name)) response.removeHeader(name)
  }
}
