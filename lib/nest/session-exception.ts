import { HttpException } from '@nestjs/common'
import type { SessionError, SessionProblem } from '../shared/session-error.js'

// Apollo's names, which its clients and those of others switch on.
const names: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
}

/**
 * A denial as Nest's own exception: a filter for `HttpException` finds its status and the problem body, and
 * the `SessionError` as `cause`.
 */
export class SessionException extends HttpException {
  override readonly name = 'SessionException'
  /** For GraphQL: the code and HTTP status of the answer, and the problem body. */
  readonly extensions: {
    readonly code: string
    readonly http: { readonly status: number }
    readonly problem: SessionProblem
  }

  constructor(readonly error: SessionError) {
    super(error.toJSON(), error.status, { cause: error })
    const { status } = error
    const code = names[status] ?? 'SERVICE_UNAVAILABLE'
    this.extensions = { code, http: { status }, problem: error.toJSON() }
  }
}
