import { serve } from '../child.js'
import { cookieHeader, requestBytes } from '../visitor.js'
import { sendAll, sendSteadily } from './load.js'
import type { LoadResult } from './load.js'

/** How many connections a slice goes over. */
const connections = 32

interface SliceRequest {
  readonly port: number
  readonly requests: number
  /** How many visitors there are; `0`: each request is by another one, whom nobody has seen. */
  readonly visitors: number
}

const known = new Map<number, Buffer>()
/** How many requests of visitors each application has had: a slice may be shorter than their list. */
const drawn = new Map<number, number>()
let unknownCallers = 0

const tasks = {
  /** One after the other, as fast as they are answered. */
  all: ({ port, requests, visitors }: SliceRequest): Promise<LoadResult> =>
    sendAll(port, draw({ port, requests, visitors }), connections),
  /** At a steady pace. */
  steady: ({
    port,
    requests,
    visitors,
    perSecond,
  }: SliceRequest & { perSecond: number }): Promise<LoadResult> =>
    sendSteadily(port, draw({ port, requests, visitors }), perSecond),
  /** Requests as they are given, as latin1 texts. */
  these: ({ port, texts }: { port: number; texts: readonly string[] }): Promise<LoadResult> =>
    sendAll(
      port,
      texts.map((text) => Buffer.from(text, 'latin1')),
      connections,
    ),
}

export type LoadTasks = typeof tasks

/** The requests of a slice, made before the clock starts. */
function draw({ port, requests, visitors }: SliceRequest): Buffer[] {
  const first = drawn.get(port) ?? 0
  drawn.set(port, first + requests)
  return Array.from({ length: requests }, (_, index) => {
    if (visitors === 0) {
      unknownCallers += 1
      return requestBytes(cookieHeader(`unknown ${String(unknownCallers)}`))
    }
    const visitor = (first + index) % visitors
    const request = known.get(visitor) ?? requestBytes(cookieHeader(visitor))
    known.set(visitor, request)
    return request
  })
}

serve(tasks)
