import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { isSessionError } from 'express-ory-session'

/** An error whose message is made for the client. */
export function createHttpError(status: number, message: string): Error {
  return Object.assign(new Error(message), { status, expose: true })
}

export const notFound: RequestHandler = (_req, _res, next) => {
  next(createHttpError(404, 'There is nothing here.'))
}

/** The one handler that answers errors, as problem details (RFC 9457) whatever code threw them. */
export const answerError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) {
    next(error)
    return
  }
  if (isSessionError(error)) {
    // A denial is an answer. Only an Ory that gives none is somebody's business here.
    if (error.code === 'authentication_unavailable') console.error('No answer:', error.cause)
    res.status(error.status).set(error.headers).json(error)
    return
  }
  // Express, body-parser and the like mark what a client may see; the rest is ours to read.
  const { status = 500, expose = false, message = '' } = (error ?? {}) as Partial<HttpError>
  if (!expose) console.error(error)
  const code = expose ? status : 500
  const detail = expose ? { detail: message } : {}
  res.status(code).type('application/problem+json')
  res.json({ type: 'about:blank', title: STATUS_CODES[code], status: code, ...detail })
}

interface HttpError {
  readonly status: number
  readonly expose: boolean
  readonly message: string
}
