import { sessionInvalid, sessionMissing } from '../../support/denial.js'
import { badRequest, request } from '../row.js'
import type { Users, Row } from '../row.js'

/** Node's default limit of all headers together, in bytes. */
export const headLimit = 16 * 1024

/** So many bytes of cookies that are no session. */
export function otherCookies(length: number): string {
  return 'theme=dark; '.repeat(Math.ceil(length / 12)).slice(0, length - 2) + '; '
}

/** Cookies of so many bytes, with one person's session cookie among them. */
function cookies({ a }: Users, length: number, share: number): string {
  const others = length - a.cookie.length - 2
  const before = Math.max(Math.floor(others * share), 2)
  return `${otherCookies(before)}${a.cookie}; ${otherCookies(others - before)}`
}

/** Headers about as long as Node takes, and longer. */
export const size: readonly Row[] = [
  ...[0, 0.5, 1].map((share) => ({
    name: `16 KB of cookies with the session at ${share * 100} percent`,
    bytes: (users: Users) => request([`Cookie: ${cookies(users, headLimit - 200, share)}`]),
    replies: ['a' as const],
  })),
  {
    name: '16 KB of cookies in as many headers as there are cookies',
    bytes: ({ a }) =>
      request([
        ...Array.from({ length: 900 }, (_, number) => `Cookie: c${number}=1`),
        `Cookie: ${a.cookie}`,
      ]),
    replies: ['a'],
  },
  {
    name: 'cookies as long as all headers may be',
    bytes: (users) => request([`Cookie: ${cookies(users, headLimit, 0.5)}`]),
    ...badRequest,
    replies: [{ own: 431 }],
  },
  {
    name: 'a session cookie as long as all headers may be',
    bytes: ({ a }) => request([`Cookie: ${a.cookie.padEnd(headLimit, 'x')}`]),
    ...badRequest,
    replies: [{ own: 431 }],
  },
  {
    name: 'a session cookie of nearly 16 KB',
    bytes: ({ a }) => request([`Cookie: ${a.cookie.padEnd(headLimit - 200, 'x')}`]),
    replies: [sessionInvalid],
  },
  {
    name: 'a good session cookie beside one that is too long',
    bytes: ({ a }) => request([`Cookie: ${a.cookie}; ory_session_x=${'x'.repeat(9_000)}`]),
    replies: [sessionInvalid],
  },
  ...[';', '=', ';=', '=;', ' ;', '; ', '==;;'].map((piece) => ({
    name: `16 KB of ${JSON.stringify(piece)}`,
    bytes: () => request([`Cookie: ${piece.repeat((headLimit - 200) / piece.length)}`]),
    replies: [sessionMissing],
  })),
  {
    name: 'a bearer token of nearly 16 KB',
    bytes: ({ a }) => request([`Authorization: Bearer ${a.token.padEnd(headLimit - 200, 'x')}`]),
    replies: [sessionInvalid],
  },
  {
    name: 'a target of nearly 16 KB',
    bytes: ({ a }) =>
      request([`Cookie: ${a.cookie}`], { line: `GET /${'x'.repeat(15_000)} HTTP/1.1` }),
    replies: ['a'],
  },
]
