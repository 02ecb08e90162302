import { buildSession } from '../../../lib/testing/index.js'
import { upstreamText } from '../../support/faults.js'
import type { Answer, Fault, Right } from '../fault.js'
import type { faultNames } from '../names.js'
import { pour } from '../network/flow.js'
import { chunk, message, writeRight } from '../network/message.js'

type Change = (body: string) => string

const network = (answer: Answer): Fault => ({ reason: 'network', answer })
const timeout = (answer: Answer): Fault => ({ reason: 'timeout', isSlow: true, answer })

/** What follows the answer is no part of it, and must never be one of another answer. */
const followedBy = (extra: Uint8Array): Fault => ({
  reason: 'live',
  why: 'the answer is whole and valid by its own length; what follows spoils the connection alone',
  answer: (socket, right) =>
    socket.write(Buffer.concat([message(right.status, right.headers, right.body), extra])),
})

const withLength =
  (difference: number, change?: Change): Answer =>
  (socket, right) =>
    writeRight(socket, right, { 'Content-Length': lengthOf(right, difference) }, change)

const inChunks =
  (change: Change): Answer =>
  (socket, right) =>
    writeRight(socket, right, { 'Transfer-Encoding': 'chunked' }, change)

const thenEnd =
  (answer: Answer): Answer =>
  (socket, right, call) => {
    answer(socket, right, call)
    socket.end()
  }

const lengthOf = ({ body }: Right, difference = 0): string =>
  String(Buffer.byteLength(body) + difference)

const padded: Change = (body) => `${body.slice(0, -1)},"padding":"${'x'.repeat(256 * 1024)}"}`

const somebodyElse = message(
  200,
  { 'Content-Type': 'application/json' },
  JSON.stringify(buildSession()),
)

export const framing: Readonly<Record<(typeof faultNames)['framing'][number], Fault>> = {
  'Content-Length too short': {
    reason: 'invalid_response',
    why: 'what the length makes of the body is no JSON',
    answer: withLength(-9),
  },
  'Content-Length too long, then the end': network(thenEnd(withLength(9))),
  'Content-Length too long, then silence': timeout(withLength(9)),
  'two lengths': network((socket, right) =>
    writeRight(socket, right, {
      'Content-Length': lengthOf(right),
      'content-length': lengthOf(right, -9),
    }),
  ),
  'a length and chunks': network((socket, right) =>
    writeRight(
      socket,
      right,
      { 'Content-Length': lengthOf(right), 'Transfer-Encoding': 'chunked' },
      (body) => `${chunk(body)}0\r\n\r\n`,
    ),
  ),
  'chunks, then silence': timeout(inChunks(chunk)),
  'chunks, then the end': network(thenEnd(inChunks(chunk))),
  'a chunk that is none': network(inChunks((body) => `${chunk(body)}${upstreamText}`)),
  'body over the cap': {
    reason: 'oversized',
    // The rest of it may have come before it is known to be too long.
    isWhole: true,
    answer: (socket, right) => writeRight(socket, right, {}, padded),
  },
  'body over the cap, in chunks': {
    reason: 'oversized',
    isWhole: true,
    answer: inChunks((body) => `${chunk(padded(body))}0\r\n\r\n`),
  },
  'endless body': {
    reason: 'oversized',
    answer(socket, right, call) {
      inChunks(chunk)(socket, right, call)
      pour(socket, chunk(' '.repeat(16_384)))
    },
  },
  'extra bytes after the answer': followedBy(Buffer.from(upstreamText)),
  "somebody else's answer after the answer": followedBy(somebodyElse),
}
