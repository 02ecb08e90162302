import { sessionMissing } from '../../support/denial.js'
import { badRequest, request } from '../row.js'
import type { People, Row } from '../row.js'

/** A request of somebody else, in a place where a front end sees a body. */
const hidden = ({ b }: People): string => request([`X-Session-Token: ${b.token}`])

const post = (people: People, lines: readonly string[], body: string): string =>
  request([`X-Session-Token: ${people.a.token}`, ...lines], { line: 'POST / HTTP/1.1', body })

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
    bytes: (people: People) => post(people, lines, `${lastChunk}${hidden(people)}`),
    ...badRequest,
  })),
  ...endless.map((encoding) => ({
    name: `Transfer-Encoding: ${JSON.stringify(encoding)}`,
    bytes: (people: People) => post(people, [`Transfer-Encoding: ${encoding}`], hidden(people)),
    ...refusedMeanwhile,
  })),
  {
    name: 'a request in the body of a GET',
    bytes: (people) => {
      const body = hidden(people)
      const lines = [`X-Session-Token: ${people.a.token}`, `Content-Length: ${body.length}`]
      return request(lines, { body })
    },
    replies: ['a'],
  },
  {
    name: 'a request in the body of a denied POST, which nobody reads',
    bytes: (people) => {
      const body = hidden(people)
      return request([`Content-Length: ${body.length}`], { line: 'POST / HTTP/1.1', body })
    },
    replies: [sessionMissing],
  },
  {
    name: 'a request in a chunk',
    bytes: (people) =>
      post(people, ['Transfer-Encoding: chunked'], `${chunk(hidden(people))}${lastChunk}`),
    replies: ['a'],
  },
  {
    name: 'a request in a chunk of a denied POST',
    bytes: (people) =>
      request(['Transfer-Encoding:\tchunked'], {
        line: 'POST / HTTP/1.1',
        body: `${chunk(hidden(people))}${lastChunk}`,
      }),
    replies: [sessionMissing],
  },
  {
    name: 'a credential in the trailer',
    bytes: (people) =>
      post(
        people,
        ['Transfer-Encoding: gzip, chunked', 'Trailer: X-Session-Token, Cookie'],
        `0;x="y"\r\nX-Session-Token: ${people.b.token}\r\nCookie: ${people.c.cookie}\r\n\r\n`,
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
    bytes: (people) => `${post(people, ['Content-Length: 0'], '')}${hidden(people)}`,
    replies: ['a', 'b'],
  },
  {
    name: 'a request behind the last chunk, which is a request of its own',
    bytes: (people) =>
      `${post(people, ['Transfer-Encoding: chunked'], lastChunk)}${hidden(people)}`,
    replies: ['a', 'b'],
  },
  ...['0x5', '5 ', '-1', 'g', '+5', 'ffffffffffffffffff'].map((length) => ({
    name: `a chunk of ${JSON.stringify(length)} bytes`,
    bytes: (people: People) =>
      post(people, ['Transfer-Encoding: chunked'], `${length}\r\nabcde\r\n${hidden(people)}`),
    ...refusedMeanwhile,
  })),
  ...['5\nabcde\n0\n\n', '5;x\nabcde\r\n0\r\n\r\n', '5\r\nabcdeXX0\r\n\r\n'].map((body) => ({
    name: `the chunks ${JSON.stringify(body)}`,
    bytes: (people: People) =>
      post(people, ['Transfer-Encoding: chunked'], `${body}${hidden(people)}`),
    ...refusedMeanwhile,
  })),
]
