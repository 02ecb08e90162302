import { sendDenial } from 'express-ory-session'
import type { OnSessionDenied } from 'express-ory-session'
import morgan from 'morgan'

/** An access log by morgan with the code of each denial, and the reason of each 503, in its lines. */
export function createAccessLog(write: (line: string) => void = console.log) {
  const denials = new WeakMap<object, string>()

  /** For the option `onDenied`: answers as usual, and keeps the code for the line. */
  const onDenied: OnSessionDenied = (error, request, response) => {
    const reason = error.cause === undefined ? '' : `/${error.cause.reason}`
    denials.set(request, `${error.code}${reason}`)
    sendDenial(error, request, response)
  }
  morgan.token('session', (request) => denials.get(request) ?? '-')
  const middleware = morgan(':method :url :status :session :response-time ms', {
    stream: { write: (line) => write(line.trimEnd()) },
  })
  return { onDenied, middleware }
}
