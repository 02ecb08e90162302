import { malformed, sessionInvalid, sessionMissing } from '../../support/denial.js'
import { badRequest, cookieValue, request } from '../row.js'
import type { Users, Row } from '../row.js'

const name = 'ory_kratos_session'
const hex = (code: number): string => `0x${code.toString(16).padStart(2, '0')}`

/** Of all codes below the blank but the tab, and DEL, those that a parser might treat apart. */
const controls = [0x00, 0x01, 0x07, 0x08, 0x0b, 0x0c, 0x0e, 0x1b, 0x1f, 0x7f]

const inValues = controls.flatMap((code): Row[] => {
  const byte = String.fromCharCode(code)
  const at = (where: string, line: (users: Users) => string): Row => ({
    name: `${hex(code)} in ${where}`,
    bytes: (users) => request([line(users)]),
    ...badRequest,
  })
  return [
    at('a session cookie', ({ a }) => `Cookie: ${a.cookie}${byte}x`),
    at('another cookie', ({ a }) => `Cookie: x=${byte}; ${a.cookie}`),
    at('an X-Session-Token', ({ a }) => `X-Session-Token: ${a.token}${byte}`),
    at('a bearer token', ({ a }) => `Authorization: Bearer ${byte}${a.token}`),
    at('the name of a header', ({ a }) => `X-Session${byte}-Token: ${a.token}`),
  ]
})

/** Bytes past ASCII: Latin-1, and what UTF-8 looks like when it is read as that. */
const beyond = ['\xe9', '\xff', '\x80', '\xa0', '\xc3\xa9', '\xf0\x9f\x98\x80', '\xc0\xaf']

const pastAscii = beyond.flatMap((bytes): Row[] => {
  const codes = [...bytes].map((byte) => hex(byte.charCodeAt(0))).join(' ')
  const at = (
    where: string,
    line: (users: Users) => string,
    reply: Row['replies'][number],
  ): Row => ({
    name: `${codes} in ${where}`,
    bytes: (users) => request([line(users)]),
    replies: [reply],
  })
  return [
    at('the name of another cookie', ({ a }) => `Cookie: ${bytes}=1; ${a.cookie}`, 'a'),
    at('the value of another cookie', ({ a }) => `Cookie: x=${bytes}; ${a.cookie}`, 'a'),
    at('the name of a session cookie', ({ a }) => `Cookie: ${bytes}${a.cookie}`, sessionMissing),
    at('the value of a session cookie', ({ a }) => `Cookie: ${a.cookie}${bytes}`, sessionInvalid),
    at('one of two cookies', ({ a }) => `Cookie: ${name}=${bytes}; ${a.cookie}`, 'a'),
    at('an X-Session-Token', ({ a }) => `X-Session-Token: ${a.token}${bytes}`, malformed),
    at('a bearer token', ({ a }) => `Authorization: Bearer ${a.token}${bytes}`, malformed),
    at('a scheme', ({ a }) => `Authorization: Bearer${bytes} ${a.token}`, sessionMissing),
    at('a header of no matter', ({ a }) => `User-Agent: ${bytes}\r\nCookie: ${a.cookie}`, 'a'),
    {
      name: `${codes} in the name of a header`,
      bytes: ({ a }) => request([`X-Session-Token${bytes}: ${a.token}`]),
      ...badRequest,
    },
  ]
})

/** Bytes that no client sends, and words that mean something to JavaScript. */
export const oddBytes: readonly Row[] = [
  ...inValues,
  ...pastAscii,
  {
    name: 'headers that every object has a member for',
    bytes: ({ a }) =>
      request(['__proto__: x', 'constructor: x', 'hasOwnProperty: x', `Cookie: ${a.cookie}`]),
    replies: ['a'],
  },
  {
    name: 'cookies that every object has a member for',
    bytes: ({ a }) => request([`Cookie: __proto__=x; constructor=y; toString=z; ${a.cookie}`]),
    replies: ['a'],
  },
  {
    name: 'a session cookie in double quotes',
    bytes: ({ a }) => request([`Cookie: ${name}="${cookieValue(a)}"`]),
    replies: ['a'],
  },
  ...['"', '\\', ','].map((byte) => ({
    name: `a session cookie with ${byte} in it`,
    bytes: ({ a }: Users) => request([`Cookie: ${a.cookie}${byte}`]),
    replies: [sessionInvalid],
    // Go's parser takes a comma, so it is asked about.
    calls: byte === ',' ? 1 : 0,
  })),
  {
    name: 'a session cookie that is percent-encoded',
    bytes: ({ a }) => request([`Cookie: ${name}=${encodeURIComponent(cookieValue(a))}`]),
    replies: [sessionInvalid],
    calls: 1,
  },
  {
    name: 'a name that is percent-encoded',
    bytes: ({ a }) => request([`Cookie: ory%5Fkratos_session=${cookieValue(a)}`]),
    replies: [sessionMissing],
  },
  { name: 'a header without a name', bytes: () => request([': x']), ...badRequest },
  { name: 'a header without a colon', bytes: () => request(['Cookie']), ...badRequest },
]
