import { malformed, sessionInvalid, sessionMissing } from '../../support/denial.js'
import { badRequest, cookieValue, request } from '../row.js'
import type { Users, Row } from '../row.js'

const name = 'ory_kratos_session'
const sources = ['Cookie', 'Authorization', 'X-Session-Token'] as const

const lineOf = (source: (typeof sources)[number], { a }: Users, colon = ': '): string =>
  `${source}${colon}${{ Cookie: a.cookie, Authorization: `Bearer ${a.token}`, 'X-Session-Token': a.token }[source]}`

/** Blanks around a field value are no part of it (RFC 9110 §5.5), and before the colon there are none. */
const around = sources.flatMap((source): Row[] => [
  {
    name: `${source} without a blank behind the colon`,
    bytes: (users) => request([lineOf(source, users, ':')]),
    replies: ['a'],
  },
  {
    name: `${source} among blanks and tabs`,
    bytes: (users) => request([`${lineOf(source, users, ':\t \t ')} \t `]),
    replies: ['a'],
  },
  ...[' ', '\t', ' \t '].map((blank) => ({
    name: `${source} with ${JSON.stringify(blank)} before the colon`,
    bytes: (users: Users) => request([lineOf(source, users, `${blank}: `)]),
    ...badRequest,
  })),
  ...[' ', '\t'].map((blank) => ({
    name: `${source} folded over two lines, the second beginning with ${JSON.stringify(blank)}`,
    bytes: (users: Users) => request([`${lineOf(source, users)}\r\n${blank}x`]),
    ...badRequest,
  })),
  {
    name: `${source} whose value is on the next line`,
    bytes: (users) => request([lineOf(source, users, ':\r\n ')]),
    ...badRequest,
  },
])

/** Blanks in a `Cookie` header. Ory's own parser takes none around the `=`. */
const inCookies: readonly [cookie: (value: string) => string, reply: Row['replies'][number]][] = [
  [(value) => ` ${name}=${value} `, 'a'],
  [(value) => `x=1;${name}=${value};y=2`, 'a'],
  [(value) => `x=1 ;\t${name}=${value}\t ; y=2`, 'a'],
  [(value) => `;;; ${name}=${value};;;`, 'a'],
  [(value) => `=; =x; ${name}=${value}; y`, 'a'],
  [(value) => `${name} =x; ${name}=${value}`, 'a'],
  [(value) => `${name} =${value}`, sessionInvalid],
  [(value) => `${name}\t=${value}`, sessionInvalid],
  [(value) => `${name}= ${value}`, sessionInvalid],
  [(value) => `${name}=\t${value}`, sessionInvalid],
  [(value) => `${name}=${value.slice(0, 9)} ${value.slice(9)}`, sessionInvalid],
  [(value) => `x=1, ${name}=${value}`, sessionMissing],
  [(value) => `x="1; ${name}=${value}"`, sessionInvalid],
  [(value) => `${name}\xa0=${value}`, sessionMissing],
  [(value) => `\xa0${name}=${value}`, sessionMissing],
  [() => ' \t ', sessionMissing],
  [() => '; ;\t;', sessionMissing],
  [() => `${name}= \t`, sessionMissing],
]

/** Odd white space. */
export const whitespace: readonly Row[] = [
  ...around,
  ...inCookies.map(([cookie, reply]) => ({
    name: `Cookie: ${JSON.stringify(cookie('…'))}`,
    bytes: ({ a }: Users) => request([`Cookie: ${cookie(cookieValue(a))}`]),
    replies: [reply],
    calls: reply === 'a' ? 1 : 0,
  })),
  ...['Bearer\t', 'Bearer  ', 'Bearer \t', 'Bearer'].map((scheme) => ({
    name: `Authorization: ${JSON.stringify(scheme)} before the token`,
    bytes: ({ a }: Users) => request([`Authorization: ${scheme}${a.token}`]),
    replies: [scheme === 'Bearer' ? sessionMissing : malformed],
  })),
  ...['bearer ', 'BEARER ', 'bEaReR '].map((scheme) => ({
    name: `Authorization: ${scheme}before the token`,
    bytes: ({ a }: Users) => request([`Authorization: ${scheme}${a.token}`]),
    replies: ['a' as const],
  })),
  {
    name: 'empty lines before the request',
    bytes: (users) => `\r\n\r\n${request([lineOf('Cookie', users)])}`,
    replies: ['a'],
  },
  {
    name: 'a blank before the request',
    bytes: (users) => ` ${request([lineOf('Cookie', users)])}`,
    ...badRequest,
  },
  {
    name: 'lines that end in LF alone',
    bytes: (users) => request([lineOf('Cookie', users)]).replaceAll('\r\n', '\n'),
    ...badRequest,
  },
  {
    name: "another person's token behind a bare LF",
    bytes: (users) => request([`${lineOf('Cookie', users)}\nX-Session-Token: ${users.b.token}`]),
    ...badRequest,
  },
  {
    name: "another person's token behind a bare CR",
    bytes: (users) => request([`${lineOf('Cookie', users)}\rX-Session-Token: ${users.b.token}`]),
    ...badRequest,
  },
]
