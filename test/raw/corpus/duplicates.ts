import { malformed } from '../../support/denial.js'
import { request } from '../row.js'
import type { Name, Users, Row } from '../row.js'

/** What carries a credential, and what becomes of it where it is sent twice. */
const kinds: readonly {
  readonly names: readonly string[]
  readonly value: (users: Users, name: Name) => string
  readonly isJoined: boolean
}[] = [
  {
    names: ['Cookie', 'cookie', 'COOKIE', 'cOOkie'],
    value: (users, name) => users[name].cookie,
    isJoined: true,
  },
  {
    names: ['Authorization', 'authorization', 'AUTHORIZATION', 'aUTHORIZATIOn'],
    value: (users, name) => `Bearer ${users[name].token}`,
    isJoined: false,
  },
  {
    names: ['X-Session-Token', 'x-session-token', 'X-SESSION-TOKEN', 'x-sESSION-tOKEN'],
    value: (users, name) => users[name].token,
    isJoined: false,
  },
]

const orders: readonly (readonly [Name, Name])[] = [
  ['a', 'b'],
  ['b', 'a'],
  ['a', 'a'],
]

const pairs = kinds.flatMap(({ names, value, isJoined }) =>
  names.flatMap((first, index) =>
    orders.map(([one, other]): Row => {
      const second = names[(index + 1) % names.length] ?? first
      return {
        name: `${first} of ${one}, then ${second} of ${other}`,
        bytes: (users) =>
          request([
            `${first}: ${value(users, one)}`,
            'Accept: */*',
            `${second}: ${value(users, other)}`,
          ]),
        // Of two cookies Ory takes the first that it can read; of two tokens nobody takes any.
        replies: [isJoined ? one : malformed],
      }
    }),
  ),
)

const lines = (users: Users): Readonly<Record<string, string>> => ({
  token: `X-Session-Token: ${users.a.token}`,
  bearer: `Authorization: Bearer ${users.b.token}`,
  cookie: `Cookie: ${users.c.cookie}`,
})

const permutations: readonly Row[] = [
  ['token', 'bearer', 'cookie'],
  ['token', 'cookie', 'bearer'],
  ['bearer', 'token', 'cookie'],
  ['bearer', 'cookie', 'token'],
  ['cookie', 'token', 'bearer'],
  ['cookie', 'bearer', 'token'],
  ['bearer', 'cookie'],
  ['cookie', 'bearer'],
].map((order) => ({
  name: `three people's credentials in the order ${order.join(', ')}`,
  bytes: (users) => request(order.map((source) => lines(users)[source] ?? '')),
  replies: [order.includes('token') ? 'a' : 'b'],
}))

/** Credentials that are sent more than once, or beside those of somebody else. */
export const duplicates: readonly Row[] = [
  ...pairs,
  ...permutations,
  {
    name: 'three Cookie headers, of which the last has the session',
    bytes: (users) => request(['Cookie: a=1', 'COOKIE: b=2', `cookie: ${users.a.cookie}`]),
    replies: ['a'],
  },
  {
    name: 'an empty X-Session-Token before a good one',
    bytes: (users) => request(['X-Session-Token:', `X-Session-Token: ${users.a.token}`]),
    replies: [malformed],
  },
  {
    name: 'an empty X-Session-Token before the other sources',
    bytes: (users) => request(['X-Session-Token:', `Authorization: Bearer ${users.b.token}`]),
    replies: ['b'],
  },
  {
    name: 'an empty Authorization before a cookie',
    bytes: (users) => request(['Authorization:', `Cookie: ${users.c.cookie}`]),
    replies: ['c'],
  },
  {
    name: 'two malformed Authorization headers beside a good X-Session-Token',
    bytes: (users) =>
      request(['Authorization: Bearer', 'Authorization: x', `X-Session-Token: ${users.a.token}`]),
    replies: ['a'],
  },
  {
    name: "another person's token among the headers that Connection names",
    bytes: (users) =>
      request([
        'Connection: X-Session-Token',
        `X-Session-Token: ${users.a.token}`,
        `Cookie: ${users.b.cookie}`,
      ]),
    replies: ['a'],
  },
  {
    name: 'names that are only alike',
    bytes: ({ a, b, c }) =>
      request([
        `X_Session_Token: ${a.token}`,
        `X-Session-Tokens: ${a.token}`,
        `Proxy-Authorization: Bearer ${b.token}`,
        `Set-Cookie: ${b.cookie}`,
        `Cookie2: ${b.cookie}`,
        `Cookie: ${c.cookie}`,
      ]),
    replies: ['c'],
  },
]
