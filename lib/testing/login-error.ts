import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'
import { flowError } from './flow-error.js'

const badRequest = 'The request was malformed or contained invalid parameters'

export function unknownLevel(request: FakeRequest, aal: string): FakeAnswer {
  return flowError(request, 400, {
    reason: `Unable to parse AuthenticationMethod Assurance Level (AAL): expected one of [aal1, aal2] but got ${aal}`,
    message: badRequest,
  })
}

export function sessionRequired(request: FakeRequest): FakeAnswer {
  return flowError(request, 401, {
    id: 'session_aal1_required',
    reason: 'You can not requested a higher AAL (AAL2/AAL3) without an active session.',
    message: 'aal2 and aal3 can only be requested if a session exists already',
  })
}

export function alreadyAvailable(request: FakeRequest): FakeAnswer {
  return flowError(request, 400, {
    id: 'session_already_available',
    reason:
      'A valid session was detected and thus login is not possible. Did you forget to set `?refresh=true`?',
    message: 'you are already logged in',
  })
}

export function disabled(request: FakeRequest): FakeAnswer {
  return flowError(request, 400, {
    id: 'identity_disabled',
    reason: 'This account was disabled.',
    message: 'identity is disabled',
  })
}

export function registrationNotPossible(request: FakeRequest): FakeAnswer {
  return flowError(request, 400, {
    id: 'session_already_available',
    reason: 'A valid session was detected and thus registration is not possible.',
    message: 'you are already logged in',
  })
}

export function flowNotFound(request: FakeRequest): FakeAnswer {
  return flowError(request, 404, { message: 'Unable to locate the resource' })
}

/** The fake's own: its form came back without a person in it. */
export function nobodyNamed(request: FakeRequest): FakeAnswer {
  return flowError(request, 400, { reason: 'The form names nobody.', message: badRequest })
}
