import { cookiesNamed } from './cookie-header.js'
import type { CookieJar, ReadCookie } from './cookie-jar.js'
import type { FakeRequest } from './fake-request.js'
import type { OpenSession, Registry } from './registry.js'
import { readSessionToken } from './session-credential.js'

/** Who sends a request. */
export interface Caller {
  readonly cookie: ReadCookie
  /** The session token that counts, of whichever session; `''` for none. */
  readonly token: string
  /** Their session, if that token opens one. */
  readonly open: OpenSession | undefined
}

export type ReadCaller = (request: FakeRequest) => Caller

export function createFakeCaller(
  registry: Registry,
  jar: CookieJar,
  { cookieName }: { readonly cookieName: string },
): ReadCaller {
  return ({ headers }) => {
    const cookie = jar.read(cookiesNamed(cookieName, headers['cookie'] ?? []))
    const token = readSessionToken(headers, cookie)
    return { cookie, token, open: token === '' ? undefined : registry.open(token) }
  }
}
