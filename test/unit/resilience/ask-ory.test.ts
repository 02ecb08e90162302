import { afterEach, describe, expect, it } from '@jest/globals'
import { callerOf } from '../../../lib/resilience/caller.js'
import type { Dispatcher } from 'undici'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import { withDeadline } from '../../../lib/shared/deadline.js'
import { Fault } from '../../../lib/shared/fault.js'
import { createUpstream } from '../../../lib/resilience/ask-ory.js'
import type { Upstream } from '../../../lib/resilience/ask-ory.js'
import { sessionBody } from '../support/session-body.js'
import { createReplayServer } from '../support/replay-server.js'
import type { ReplayServer } from '../support/replay-server.js'
import { question } from '../ory/question.js'

type Says = [status: number, body: object]
const unauthorized: Says = [401, { error: { code: 401 } }]
const live: Says = [200, sessionBody()]
const unready: Says = [503, { errors: { database: 'unreachable' } }]
const ready: Says = [200, { status: 'ok' }]

let server: ReplayServer | undefined
let upstream: Upstream | undefined
afterEach(async () => {
  await upstream?.close()
  await server?.close()
})

const credential = { source: 'cookie', value: 'ory_kratos_session=a' } as const

/** All that is between the package and an Ory which tells people and probes different things. */
async function open(people: Says, probes: Says = ready, options: OrySessionOptions = {}) {
  const replay = await createReplayServer(({ url }) => {
    const isForPeople = url === '/sessions/whoami' || url === '/self-service/logout/browser'
    const [status, body] = isForPeople ? people : probes
    return { status, headers: [['content-type', 'application/json']], body }
  })
  server = replay
  upstream = createUpstream(
    resolveOptions({ url: replay.url, ...options } as OrySessionOptions<never>),
  )
  const { whoami: ask, endSession } = upstream
  return { ask, endSession, seen: () => replay.seen.map(({ url }) => url) }
}

describe('createUpstream', () => {
  it('asks whoami, and nothing else where there is a session', async () => {
    const { ask, seen } = await open(live)
    expect(await ask(question())).toMatchObject({ kind: 'live' })
    expect(seen()).toEqual(['/sessions/whoami'])
  })

  it('believes a 401 from an Ory that is ready alone', async () => {
    const { ask, seen } = await open(unauthorized, unready)
    await expect(ask(question())).rejects.toMatchObject({ reason: 'not_ready' })
    expect(seen()).toEqual(['/sessions/whoami', '/health/ready'])
  })

  it('asks after readiness where it is told to', async () => {
    const { ask, seen } = await open(unauthorized, ready, { readinessPath: '/alive' })
    expect(await ask(question())).toMatchObject({ kind: 'refused' })
    expect(seen()).toEqual(['/sessions/whoami', '/alive'])
  })

  it('believes each 401 where readiness is not to be asked', async () => {
    const { ask, seen } = await open(unauthorized, unready, { readinessPath: false })
    expect(await ask(question())).toMatchObject({ kind: 'refused' })
    expect(seen()).toEqual(['/sessions/whoami'])
  })

  it('ends no session by the 401 of an Ory that is not ready', async () => {
    const { endSession, seen } = await open(unauthorized, unready)
    await expect(endSession(question({ credential }))).rejects.toMatchObject({
      reason: 'not_ready',
    })
    expect(seen()).toEqual(['/self-service/logout/browser', '/health/ready'])
  })

  it('asks nobody while Ory is away, after three credentials have found out', async () => {
    const { ask, seen } = await open([502, {}])
    for (const key of ['a', 'b', 'c']) {
      await expect(ask(question({ key }))).rejects.toMatchObject({ reason: 'server_error' })
    }
    await expect(ask(question({ key: 'd' }))).rejects.toMatchObject({ reason: 'circuit_open' })
    expect(seen()).toHaveLength(3)
  })

  it('takes Ory for away where a dispatcher never tells what became of a call', async () => {
    const seen: string[] = []
    const request = ({ path }: { path: string }) => {
      seen.push(path)
      return new Promise(() => undefined)
    }
    const dispatcher = { request, dispatch: request } as unknown as Dispatcher
    const settings = resolveOptions({ url: 'http://ory.example', dispatcher })
    const { whoami } = createUpstream(settings)
    const asked = ['a', 'b', 'c'].map((key) =>
      withDeadline(20, (signal) => whoami(question({ key, signal }))),
    )
    await Promise.allSettled(asked)
    await new Promise((resolve) => setImmediate(resolve))
    await expect(whoami(question({ key: 'd' }))).rejects.toMatchObject({ reason: 'circuit_open' })
    expect(seen).toHaveLength(3)
  })

  it('asks about no stranger after a 429', async () => {
    const { ask, seen } = await open([429, {}])
    const limited = { reason: 'rate_limited' }
    await expect(ask(question())).rejects.toMatchObject(limited)
    await expect(ask(question())).rejects.toMatchObject(limited)
    expect(seen()).toHaveLength(1)
  })

  it('knows nobody any more who asked since a 429, once it is closed', async () => {
    const { ask } = await open([429, {}])
    const own = () => ask(question({ caller: callerOf('i') }))
    for (let call = 0; call < 6; call += 1) await expect(own()).rejects.toBeInstanceOf(Fault)
    await expect(own()).rejects.toMatchObject({ reason: 'throttled' })
    await upstream?.close()
    await expect(own()).rejects.toMatchObject({ reason: 'network' })
  })

  it('counts a 401 that it does not believe as junk all the same', async () => {
    const { ask, seen } = await open(unauthorized, unready, { connections: 1 })
    for (let call = 0; call < 4; call += 1) {
      await expect(ask(question())).rejects.toMatchObject({ reason: 'not_ready' })
    }
    await expect(ask(question())).rejects.toMatchObject({ reason: 'throttled' })
    expect(seen().filter((url) => url === '/sessions/whoami')).toHaveLength(4)
  })

  it('lets as many questions through at once as there are connections, log-outs among them', async () => {
    const { ask, endSession } = await open(live, ready, { connections: 1 })
    const inside = endSession(question({ credential }))
    const refresh = question({ isRefresh: true })
    await expect(ask(refresh)).rejects.toMatchObject({ message: 'throttled: no place' })
    // A session is no answer to a log-out.
    await expect(inside).rejects.toMatchObject({ reason: 'invalid_response' })
    expect(await ask(refresh)).toMatchObject({ kind: 'live' })
  })

  it.each<[what: string, people: Says, calls: number, met: string, then: string]>([
    ['a 429', [429, {}], 1, 'rate_limited', 'rate_limited'],
    ['three that found Ory away', [502, {}], 3, 'server_error', 'circuit_open'],
  ])('ends no session of a stranger after %s', async (_what, people, calls, met, then) => {
    const { endSession, seen } = await open(people)
    for (let call = 0; call < calls; call += 1) {
      const asked = question({ credential, key: String(call) })
      await expect(endSession(asked)).rejects.toMatchObject({ reason: met })
    }
    const next = question({ credential, key: 'next' })
    await expect(endSession(next)).rejects.toMatchObject({ reason: then })
    expect(seen()).toHaveLength(calls)
  })

  it('counts a log-out of nobody as junk', async () => {
    const { endSession, seen } = await open(unauthorized, ready, { connections: 1 })
    for (let call = 0; call < 4; call += 1) {
      expect(await endSession(question({ credential }))).toMatchObject({ kind: 'refused' })
    }
    const next = endSession(question({ credential }))
    await expect(next).rejects.toMatchObject({ reason: 'throttled' })
    expect(seen().filter((url) => url === '/self-service/logout/browser')).toHaveLength(4)
  })

  it('goes nowhere once it is closed', async () => {
    const { ask } = await open(live)
    await upstream?.close()
    await expect(ask(question())).rejects.toMatchObject({ reason: 'network' })
  })
})
