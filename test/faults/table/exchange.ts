import { upstreamText } from '../../support/faults.js'
import type { Answer, Fault } from '../fault.js'
import type { faultNames } from '../names.js'
import { drip, pour } from '../network/flow.js'
import { message, writeRight } from '../network/message.js'

const network = (answer: Answer, more: Partial<Fault> = {}): Fault => ({
  reason: 'network',
  answer,
  ...more,
})

const timeout = (answer: Answer): Fault => ({ reason: 'timeout', isSlow: true, answer })

// Only of a socket of ours is it known whether it was used, and whether a byte came back.
const ifGivenDispatcher = { reason: 'network', isRetried: false } as const

/** Breaks where a connection is used again, and is as it should be on a new one. */
const onUsed = (answer: Answer): Fault => ({
  reason: 'live',
  why: 'not a byte came back: it was the connection that died, and not the question',
  isOnUsed: true,
  isRetried: true,
  isWhole: true,
  ifGivenDispatcher,
  answer(socket, right, call) {
    if (call.isReused) answer(socket, right, call)
    else writeRight(socket, right)
  },
})

export const exchange: Readonly<Record<(typeof faultNames)['exchange'][number], Fault>> = {
  'accepted, then silence': timeout(() => undefined),
  'reset before a byte': network((socket) => socket.resetAndDestroy()),
  'header drip': timeout((socket, right) =>
    drip(socket, message(right.status, right.headers, right.body)),
  ),
  'header without end': timeout((socket) => socket.write('HTTP/1.1 200 OK\r\nX-A: a\r\n')),
  'header over 16 KB': network((socket, right) =>
    writeRight(socket, right, { 'X-Long': 'a'.repeat(17_000) }),
  ),
  'endless header': network((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    pour(socket, `X-A: ${upstreamText.repeat(600)}\r\n`)
  }),
  'not HTTP': network((socket) => socket.write(`SSH-2.0-${upstreamText}\r\n`)),
  'a header that is none': network((socket) =>
    socket.write(`HTTP/1.1 200 OK\r\n${upstreamText} : ${upstreamText}\r\n\r\n`),
  ),
  'body drip': timeout((socket, right) => {
    const bytes = message(right.status, right.headers, right.body)
    const start = bytes.length - Buffer.byteLength(right.body)
    socket.write(bytes.subarray(0, start))
    drip(socket, bytes.subarray(start))
  }),
  'reset in the body': network((socket, right) => {
    const bytes = message(right.status, right.headers, right.body)
    socket.write(bytes.subarray(0, -9), () => socket.resetAndDestroy())
  }),
  'used connection: reset before a byte': onUsed((socket) => socket.resetAndDestroy()),
  'used connection: closed before a byte': onUsed((socket) => socket.end()),
  'used connection: reset before a byte, and the next too': network(
    (socket) => socket.resetAndDestroy(),
    { isOnUsed: true, isRetried: true, ifGivenDispatcher },
  ),
  // Closed: a reset may overtake the byte.
  'used connection: closed after a byte': network((socket) => socket.end('H'), { isOnUsed: true }),
}
