import type { ReadCookie } from './cookie-jar.js'
import type { FakeRequest } from './fake-request.js'

/**
 * The session token that Kratos goes by: a non-empty `X-Session-Token`, else the one inside of the
 * session cookie, else a bearer token. `''` when there is none.
 */
export function readSessionToken(headers: FakeRequest['headers'], cookie: ReadCookie): string {
  const token = headers['x-session-token']?.[0] ?? ''
  if (token !== '') return token
  if (cookie.kind === 'decoded') return cookie.token
  // Two parts, no more: a second space makes three, and so no token.
  const parts = (headers['authorization']?.[0] ?? '').split(' ')
  const [scheme = '', bearer = ''] = parts
  return parts.length === 2 && scheme.toLowerCase() === 'bearer' ? bearer : ''
}
