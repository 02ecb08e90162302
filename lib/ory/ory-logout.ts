import type { Clock } from '../shared/clock.js'
import type { Question } from './whoami-answer.js'
import { Fault } from '../shared/fault.js'
import { isOryRefusal, readJson } from './error-body.js'
import { unknownHealthAgeMs } from './readiness.js'
import type { Readiness } from './readiness.js'
import { unexpectedStatus } from './status-fault.js'
import type { Reply } from './response.js'
import type { Wire } from './ory-client.js'

/** What became of it. */
export type Ended =
  /** It has ended, or ends when the browser takes this token to Ory. */
  | { readonly kind: 'ended'; readonly logoutToken: string | undefined }
  /** Ory knows of no such session. */
  | { readonly kind: 'refused'; readonly logoutToken: undefined }

/** Whose session is to end. */
export type EndQuestion = Omit<Question, 'isForced' | 'known'>

/** Starts the end of a session. Throws a `Fault` where Ory gives no answer. */
export type EndSession = (question: EndQuestion) => Promise<Ended>

/**
 * Ends a session at Ory: a token's by the API, a cookie's by asking for the token that its browser
 * takes to Ory. A session that is over already needs neither.
 *
 * @see https://www.ory.com/docs/kratos/self-service/flows/user-logout
 */
export function createEndSession(
  wire: Wire,
  readiness: Readiness | undefined,
  clock: Clock,
): EndSession {
  async function endToken({ credential, signal }: EndQuestion): Promise<Ended> {
    const reply = await wire.send(
      {
        method: 'DELETE',
        route: '/self-service/logout/api',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ session_token: credential.value }),
      },
      signal,
    )
    // Ory's 403 is for a token that no session has.
    if (reply.status === 204) return { kind: 'ended', logoutToken: undefined }
    checkRefusal(reply, 403)
    return { kind: 'refused', logoutToken: undefined }
  }

  async function startOfCookie(question: EndQuestion): Promise<Ended> {
    const { credential, recentIdentity, signal } = question
    const route = '/self-service/logout/browser'
    const headers = { cookie: credential.value }
    const reply = await wire.send({ method: 'GET', route, headers }, signal)
    if (reply.status === 200) return { kind: 'ended', logoutToken: readToken(reply) }
    checkRefusal(reply, 401)
    // Without its database Ory says this to everybody; then nothing has ended.
    const maxAgeMs = recentIdentity === undefined ? unknownHealthAgeMs : 0
    const health = await readiness?.ask(clock.monotonic(), maxAgeMs)
    if (health === 'unready') throw new Fault('not_ready')
    return { kind: 'refused', logoutToken: undefined }
  }

  return (question) =>
    question.credential.source === 'cookie' ? startOfCookie(question) : endToken(question)
}

function readToken(reply: Reply): string {
  const { logout_token: token } = Object(readJson(reply)) as { logout_token?: unknown }
  if (typeof token !== 'string' || token === '')
    throw new Fault('invalid_response', 'no logout token')
  return token
}

/** @throws Fault where it is not Ory itself that refuses. */
function checkRefusal(reply: Reply, status: number): void {
  if (reply.status === status) {
    if (!isOryRefusal(reply)) throw new Fault('invalid_response', 'refusal that is not of Ory')
    return
  }
  throw unexpectedStatus(reply)
}
