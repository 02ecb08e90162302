/** Why a request was denied. */
export type SessionDenialCode =
  | 'session_missing'
  | 'session_invalid'
  | 'credential_malformed'
  | 'session_aal2_required'
  | 'session_refresh_required'
  | 'session_method_required'
  | 'session_unverified'
  | 'session_forbidden'
  | 'cross_site_request'
  | 'authentication_unavailable'

export interface DenialText {
  readonly status: 400 | 401 | 403 | 503
  /** `error.id` for clients written for Ory, if it differs from our code. */
  readonly oryId?: string
  readonly detail: string
}

/** What each denial says. */
export const texts: Readonly<Record<SessionDenialCode, DenialText>> = {
  session_missing: {
    status: 401,
    oryId: 'session_inactive',
    detail: 'The request carries no session cookie or session token.',
  },
  session_invalid: {
    status: 401,
    oryId: 'session_inactive',
    detail: 'The session is not valid or no longer active.',
  },
  credential_malformed: {
    status: 400,
    detail: 'The session token header is malformed or sent more than once.',
  },
  session_aal2_required: {
    status: 403,
    detail: 'The session does not fulfil the required authenticator assurance level.',
  },
  session_refresh_required: {
    status: 403,
    detail: 'The last authentication is too long ago; authenticate again.',
  },
  session_method_required: {
    status: 403,
    detail: 'The session was not authenticated with a method that is accepted here.',
  },
  session_unverified: {
    status: 403,
    detail: 'A verified address is required.',
  },
  session_forbidden: {
    status: 403,
    detail: 'The session is not allowed to do this.',
  },
  cross_site_request: {
    status: 403,
    detail: 'A cross-site request with a session cookie may not change anything.',
  },
  authentication_unavailable: {
    status: 503,
    detail: 'The session cannot be checked at the moment; try again later.',
  },
}

/** The reason phrases of RFC 9110. */
export const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
} as const
