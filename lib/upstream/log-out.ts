import type { Clock } from '../clock.js'
import type { Credential } from '../credential/credential.js'
import { Fault } from './fault.js'
import type { Readiness } from './readiness.js'
import type { Reply, Wire } from './wire.js'

/** How a session ends: at once, or when the browser takes this token to Ory. */
export interface LoggedOut {
  readonly logoutToken: string | undefined
}

/** Starts the end of a session. Throws a `Fault` where Ory gives no answer. */
export type LogOut = (credential: Credential, signal: AbortSignal) => Promise<LoggedOut>

/**
 * Ends a session at Ory: a token's by the API, a cookie's by asking for the token that its browser
 * takes to Ory. A session that is over already needs neither.
 *
 * @see https://www.ory.com/docs/kratos/self-service/flows/user-logout
 */
export function createLogOut(wire: Wire, readiness: Readiness | undefined, clock: Clock): LogOut {
  async function endToken(token: string, signal: AbortSignal): Promise<LoggedOut> {
    const reply = await wire.send(
      {
        method: 'DELETE',
        route: '/self-service/logout/api',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ session_token: token }),
      },
      signal,
    )
    // 403 is a token that no session has.
    if (reply.status !== 204 && reply.status !== 403) throw faultOf(reply)
    return { logoutToken: undefined }
  }

  async function startOfCookie(cookie: string, signal: AbortSignal): Promise<LoggedOut> {
    const askedAt = clock.monotonic()
    const route = '/self-service/logout/browser'
    const reply = await wire.send({ method: 'GET', route, headers: { cookie } }, signal)
    if (reply.status === 200) return { logoutToken: readToken(reply) }
    if (reply.status !== 401) throw faultOf(reply)
    // Without its database Ory says this to everybody; then nothing has ended.
    if ((await readiness?.ask(askedAt, 0)) === 'unready') throw new Fault('not_ready')
    return { logoutToken: undefined }
  }

  return ({ source, value }, signal) =>
    source === 'cookie' ? startOfCookie(value, signal) : endToken(value, signal)
}

function readToken({ body }: Reply): string {
  try {
    const { logout_token: token } = JSON.parse(body) as { logout_token?: unknown }
    if (typeof token === 'string' && token !== '') return token
  } catch {
    // The SyntaxError quotes the text.
  }
  throw new Fault('garbage', 'no logout token')
}

function faultOf({ status }: Reply): Fault {
  return new Fault(status >= 500 ? 'server_error' : 'status', String(status))
}
