import type { FakeAnswer } from './fake-answer.js'
import { errorAnswer, type ErrorDetail } from './error-answer.js'
import type { FakeRequest } from './fake-request.js'
import { html } from './html.js'
import { page, wantsJson } from './page.js'

/** An error of a page: JSON for a script; for a browser a page, instead of Ory's own error page. */
export function flowError(request: FakeRequest, status: number, detail: ErrorDetail): FakeAnswer {
  const answer = errorAnswer(status, detail)
  if (wantsJson(request)) return answer
  const { id = '', reason = '', message } = detail
  const content = html`<p>${reason}</p>
    <p>${message} (${String(status)} ${id})</p>`
  return page('That does not work', content, status)
}

/** What every page says while there is no database, or no table in it. */
export function flowFailure(request: FakeRequest): FakeAnswer {
  return flowError(request, 500, { message: 'Unable to locate the table' })
}

/** The 401 of a page that needs a session. */
export function flowInactive(request: FakeRequest): FakeAnswer {
  return flowError(request, 401, {
    id: 'session_inactive',
    reason: 'No active session was found in this request.',
    message: 'request does not have a valid authentication session',
  })
}
