import { readCredential } from '../credential/read-credential.js'
import type { CredentialSettings } from '../credential/read-credential.js'
import { readSetCookie } from './set-cookie-line.js'
import type { Tried } from './subject.js'

/** The variables that can hold a session to try. */
export interface SessionVariables {
  readonly ORY_SESSION_TOKEN?: string | undefined
  readonly ORY_SESSION_COOKIE?: string | undefined
}

/** What a `Set-Cookie` line has, and what a browser sends has not. */
const attribute = /; *(?:path|domain|expires|max-age|secure|httponly|samesite)(?:[=; ]|$)/i

/** Reads the session to try as a request would carry it. */
export function readSessionVariable(
  { ORY_SESSION_TOKEN: token, ORY_SESSION_COOKIE: cookie }: SessionVariables,
  settings: CredentialSettings,
): Tried {
  if (token !== undefined && token !== '') {
    const read = readCredential(
      { headers: { 'x-session-token': token } },
      {
        ...settings,
        sources: ['x-session-token'],
      },
    )
    return typeof read === 'object'
      ? { credential: read }
      : {
          unreadable:
            'ORY_SESSION_TOKEN is no session token: it does not begin with `tokenPrefix`, or has characters that a token has not.',
        }
  }
  if (cookie === undefined || cookie === '') return {}
  const line = cookie.replace(/^set-cookie: */i, '')
  const isWhole = attribute.test(line)
  const pairs = isWhole ? line.replace(/;.*/s, '') : line
  const read = readCredential({ headers: { cookie: pairs } }, { ...settings, sources: ['cookie'] })
  return typeof read === 'object'
    ? { credential: read, ...(isWhole && { attributes: readSetCookie(line) }) }
    : {
        unreadable:
          'ORY_SESSION_COOKIE has no cookie of a name that the application reads. It has to be name=value, as a browser sends it, or the Set-Cookie line of a login.',
      }
}
