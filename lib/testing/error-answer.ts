import { STATUS_CODES } from 'node:http'
import type { FakeAnswer } from './fake-answer.js'

/** What an error of Ory's can say besides its status. */
export interface ErrorDetail {
  readonly id?: string
  /** Differs from the status in one known case: an Ory that is not ready. */
  readonly code?: number
  /** The request's own `X-Request-ID`. */
  readonly request?: string | undefined
  readonly reason?: string
  readonly details?: object
  readonly message: string
}

interface ErrorAnswer extends FakeAnswer {
  readonly body: { readonly error: object }
}

/** An error the way Ory writes all of them, members in Ory's order. */
export function errorAnswer(
  status: number,
  { id, code = status, request, reason, details, message }: ErrorDetail,
  headers: FakeAnswer['headers'] = {},
): ErrorAnswer {
  // JSON leaves out what is undefined.
  const error = { id, code, status: STATUS_CODES[code], request, reason, details, message }
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Ory-Error-Id': id ?? '', ...headers },
    body: { error },
  }
}

/** The 401 of whoami for a session that was found, when the database failed afterwards. */
export function undeterminableAal(request?: string): FakeAnswer {
  const reason = 'Unable to determine AAL.'
  const message = 'The request could not be authorized'
  return errorAnswer(401, { request, reason, message })
}

/** The 401 of whoami for everybody without a session, and for every failure to look one up. */
export function unauthorized(request?: string, headers?: FakeAnswer['headers']): FakeAnswer {
  const reason = 'No valid session credentials found in the request.'
  const message = 'The request could not be authorized'
  return errorAnswer(401, { request, reason, message }, headers)
}

/** The 403 that asks for the second factor. */
export function aal2Required(publicUrl: string): FakeAnswer {
  const redirect = {
    redirect_browser_to: `${publicUrl}/self-service/login/browser?aal=aal2`,
  }
  const answer = errorAnswer(403, {
    id: 'session_aal2_required',
    reason:
      'An active session was found but it does not fulfill the requested Authenticator Assurance Level. Please verify yourself with a second factor to resolve this issue.',
    details: redirect,
    message: 'Session does not fulfill the requested Authenticator Assurance Level',
  })
  return { ...answer, body: { ...answer.body, ...redirect } }
}

/** The 400 for a tokenizer template that is not configured. */
export function unknownTemplate(template: string, request?: string): FakeAnswer {
  return errorAnswer(400, {
    request,
    reason: `Unable to find tokenizer template ${JSON.stringify(template)}.`,
    message: 'The request was malformed or contained invalid parameters',
  })
}
