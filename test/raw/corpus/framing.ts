import { sessionMissing } from '../../support/denial.js'
import { badRequest, request } from '../row.js'
import type { Users, Row } from '../row.js'

/** A request of somebody else, in a place where a front end sees a body. */
const hidden = ({ b }: Users): string => request([`X-Session-Token: ${b.token}`])

const post = (users: Users, lines: readonly string[], body: string): string =>
  request([`X-Session-Token: ${users.a.token}`, ...lines], { line: 'POST / HTTP/1.1', body })

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const lastChunk = '0\r\n\r\n'

/** Two lengths, or one that is none: nobody can tell where the body ends. */
const ambiguous: readonly (readonly string[])[] = [
  ['Content-Length: 5', 'Transfer-Encoding: chunked'],
  ['Transfer-Encoding: chunked', 'Content-Length: 5'],
  ['Transfer-Encoding : chunked'],
  ['Transfer-Encoding:\r\n chunked'],
  ['Transfer-Encoding: chunked, identity'],
  ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
  ['Transfer-Encoding: chunked', 'transfer-encoding: chunked'],
  ['Content-Length: 0', 'Content-Length: 5'],
  ['Content-Length: 5', 'content-length: 5'],
  ['Content-Length: 5, 5'],
  ['Content-Length: +5'],
  ['Content-Length: -5'],
  ['Content-Length: 0x5'],
  ['Content-Length: 5 5'],
  ['Content-Length: 99999999999999999999999999'],
]

/** Encodings behind which nobody knows where the body ends, which Node says when it comes to that. */
const endless = ['xchunked', 'identity', '"chunked"', 'chunked\xe9', 'x']

/** Node finds the body wrong while Ory is asked who sends it: nothing is left to say then. */
const refusedMeanwhile = { ...badRequest, calls: 1, visits: 1 }

/** A request hidden in another, in every way that front ends and back ends have disagreed about. */
export const framing: readonly Row[] = [
  ...ambiguous.map((lines) => ({
    name: lines.join(' and '),
    bytes: (users: Users) => post(users, lines, `${lastChunk}${hidden(users)}`),
    ...badRequest,
  })),
  ...endless.map((encoding) => ({
    name: `Transfer-Encoding: ${JSON.stringify(encoding)}`,
    bytes: (users: Users) => post(users, [`Transfer-Encoding: ${encoding}`], hidden(users)),
    ...refusedMeanwhile,
  })),
  {
    name: 'a request in the body of a GET',
    bytes: (users) => {
      const body = hidden(users)
      const lines = [`X-Session-Token: ${users.a.token}`, `Content-Length: ${body.length}`]
      return request(lines, { body })
    },
    replies: ['a'],
  },
  {
    name: 'a request in the body of a denied POST, which nobody reads',
    bytes: (users) => {
      const body = hidden(users)
      return request([`Content-Length: ${body.length}`], { line: 'POST / HTTP/1.1', body })
    },
    replies: [sessionMissing],
  },
  {
    name: 'a request in a chunk',
    bytes: (users) =>
      post(users, ['Transfer-Encoding: chunked'], `${chunk(hidden(users))}${lastChunk}`),
    replies: ['a'],
  },
  {
    name: 'a request in a chunk of a denied POST',
    bytes: (users) =>
      request(['Transfer-Encoding:\tchunked'], {
        line: 'POST / HTTP/1.1',
        body: `${chunk(hidden(users))}${lastChunk}`,
      }),
    replies: [sessionMissing],
  },
  {
    name: 'a credential in the trailer',
    bytes: (users) =>
      post(
        users,
        ['Transfer-Encoding: gzip, chunked', 'Trailer: X-Session-Token, Cookie'],
        `0;x="y"\r\nX-Session-Token: ${users.b.token}\r\nCookie: ${users.c.cookie}\r\n\r\n`,
      ),
    replies: ['a'],
  },
  {
    name: 'a credential in the trailer alone',
    bytes: ({ b }) =>
      request(['Transfer-Encoding: chunked'], {
        line: 'POST / HTTP/1.1',
        body: `0\r\nX-Session-Token: ${b.token}\r\n\r\n`,
      }),
    replies: [sessionMissing],
  },
  {
    name: 'a request behind a body of no length, which is a request of its own',
    bytes: (users) => `${post(users, ['Content-Length: 0'], '')}${hidden(users)}`,
    replies: ['a', 'b'],
  },
  {
    name: 'a request behind the last chunk, which is a request of its own',
    bytes: (users) => `${post(users, ['Transfer-Encoding: chunked'], lastChunk)}${hidden(users)}`,
    replies: ['a', 'b'],
  },
  ...['0x5', '5 ', '-1', 'g', '+5', 'ffffffffffffffffff'].map((length) => ({
    name: `a chunk of ${JSON.stringify(length)} bytes`,
    bytes: (users: Users) =>
      post(users, ['Transfer-Encoding: chunked'], `${length}\r\nabcde\r\n${hidden(users)}`),
    ...refusedMeanwhile,
  })),
  ...['5\nabcde\n0\n\n', '5;x\nabcde\r\n0\r\n\r\n', '5\r\nabcdeXX0\r\n\r\n'].map((body) => ({
    name: `the chunks ${JSON.stringify(body)}`,
    bytes: (users: Users) => post(users, ['Transfer-Encoding: chunked'], `${body}${hidden(users)}`),
    ...refusedMeanwhile,
  })),
]
