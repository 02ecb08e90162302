import type { SignedIn } from '../../lib/testing/index.js'
import type { ExpectedDenial } from '../support/denial.js'

/** Three users, each with a session of their own. */
export type Name = 'a' | 'b' | 'c'
export type Users = Readonly<Record<Name, SignedIn>>

/** What a reply has to be: somebody's own session, a denial, or what Node or the framework says itself. */
export type Outcome = Name | ExpectedDenial | { readonly own: number }

/** Bytes, and what has to come of them. */
export interface Row {
  readonly name: string
  /** One request or several; each character is one byte. */
  readonly bytes: (users: Users) => string
  readonly replies: readonly Outcome[]
  /** `true`: the server closes the connection then, and reads no further request from it. */
  readonly isLast?: boolean
  /** How often whoami is called. Default once for each different person of the replies. */
  readonly calls?: number
  /** How often the middleware is called. Default once for each reply that is not the server's own. */
  readonly visits?: number
  /** The request is a HEAD. */
  readonly isHead?: boolean
}

/** A request with these header lines, and a `Host` before them. */
export function request(
  lines: readonly string[],
  { line = 'GET / HTTP/1.1', body = '' }: { readonly line?: string; readonly body?: string } = {},
): string {
  return `${[line, 'Host: app.example', ...lines].join('\r\n')}\r\n\r\n${body}`
}

/** The value of a person's session cookie, without its name. */
export function cookieValue({ cookie }: SignedIn): string {
  return cookie.slice(cookie.indexOf('=') + 1)
}

/** What Node itself answers to bytes that are no request. The middleware is not called. */
export const badRequest = { replies: [{ own: 400 }], isLast: true, calls: 0, visits: 0 } as const
