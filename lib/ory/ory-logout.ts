import type { Credential } from '../credential/credential.js'
import { Fault } from '../shared/fault.js'
import type { Signal } from '../shared/lean-abort-signal.js'
import { isOryRefusal, readJson } from './error-body.js'
import { unexpectedStatus } from './status-fault.js'
import type { Reply } from './response.js'
import type { Sent } from './ory-client.js'

/** What became of a logout. */
export type Ended =
  /** The session has ended, or ends when the browser takes this token to Ory. */
  | { readonly kind: 'ended'; readonly logoutToken: string | undefined }
  /** Ory knows of no such session. */
  | { readonly kind: 'refused'; readonly logoutToken: undefined }

/** Whose session is to end. */
export interface EndQuestion {
  readonly credential: Credential
  readonly signal: Signal
}

const refused: Ended = { kind: 'refused', logoutToken: undefined }

/** What starts the end of a session: a token's by the API, a cookie's by asking for a logout token. */
export function logoutRequest({ credential }: EndQuestion): Sent {
  if (credential.source === 'cookie') {
    const route = '/self-service/logout/browser'
    return { method: 'GET', route, headers: { cookie: credential.value } }
  }
  return {
    method: 'DELETE',
    route: '/self-service/logout/api',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ session_token: credential.value }),
  }
}

/**
 * Starts the end of a session. A cookie's browser must take the logout token to Ory.
 *
 * Rejects with a `Fault` if Ory gives no answer.
 *
 * @see https://www.ory.com/docs/kratos/self-service/flows/user-logout
 */
export function createOryLogout<Q extends EndQuestion>(
  send: (question: Q) => Promise<Reply>,
): (question: Q) => Promise<Ended> {
  return (question) =>
    send(question).then((reply) => {
      if (question.credential.source === 'cookie') {
        if (reply.status === 200) return { kind: 'ended', logoutToken: readToken(reply) }
        checkRefusal(reply, 401)
        return refused
      }
      if (reply.status === 204) return { kind: 'ended', logoutToken: undefined }
      // Ory's 403 is for a token that no session has.
      checkRefusal(reply, 403)
      return refused
    })
}

function readToken(reply: Reply): string {
  const { logout_token: token } = Object(readJson(reply)) as { logout_token?: unknown }
  if (typeof token !== 'string' || token === '')
    throw new Fault('invalid_response', 'no logout token')
  return token
}

/** @throws Fault if it is not Ory itself that refuses */
function checkRefusal(reply: Reply, status: number): void {
  if (reply.status === status) {
    if (!isOryRefusal(reply)) throw new Fault('invalid_response', 'refusal that is not of Ory')
    return
  }
  throw unexpectedStatus(reply)
}
