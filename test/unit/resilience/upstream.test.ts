import { afterEach, describe, expect, it } from '@jest/globals'
import type { Dispatcher } from 'undici'
import { resolveOptions } from '../../../lib/options/resolve-options.js'
import type { OrySessionOptions } from '../../../lib/options/options.js'
import { withDeadline } from '../../../lib/shared/deadline.js'
import { createUpstream } from '../../../lib/resilience/upstream.js'
import type { Upstream } from '../../../lib/resilience/upstream.js'
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

/** All that is between the package and an Ory which answers users and probes in different ways. */
async function open(users: Says, probes: Says = ready, options: OrySessionOptions = {}) {
  const replay = await createReplayServer(({ url }) => {
    const isForUsers = url === '/sessions/whoami' || url === '/self-service/logout/browser'
    const [status, body] = isForUsers ? users : probes
    return { status, headers: [['content-type', 'application/json']], body }
  })
  server = replay
  upstream = createUpstream(
    resolveOptions({ url: replay.url, ...options } as OrySessionOptions<never>),
  )
  const { whoami: ask, logout } = upstream
  const seen = () => replay.seen.map(({ url }) => url)
  return { ask, logout, seen, questions: () => questionsIn(seen()) }
}

/** All but readiness, which a fault lets the package ask in the background. */
const questionsIn = (urls: readonly (string | undefined)[]) =>
  urls.filter((url) => url !== '/health/ready')

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

  it('asks for readiness at the given path', async () => {
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
    const { logout, seen } = await open(unauthorized, unready)
    await expect(logout(question({ credential }))).rejects.toMatchObject({
      reason: 'not_ready',
    })
    expect(seen()).toEqual(['/self-service/logout/browser', '/health/ready'])
  })

  it('asks nobody while Ory is away, after three credentials have found out', async () => {
    const { ask, questions } = await open([502, {}])
    for (const key of ['a', 'b', 'c']) {
      await expect(ask(question({ key }))).rejects.toMatchObject({ reason: 'server_error' })
    }
    await expect(ask(question({ key: 'd' }))).rejects.toMatchObject({ reason: 'circuit_open' })
    expect(questions()).toHaveLength(3)
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
    expect(questionsIn(seen)).toHaveLength(3)
  })

  it('asks about no unknown caller after a 429', async () => {
    const { ask, seen } = await open([429, {}])
    const limited = { reason: 'rate_limited' }
    await expect(ask(question())).rejects.toMatchObject(limited)
    await expect(ask(question())).rejects.toMatchObject(limited)
    expect(seen()).toHaveLength(1)
  })

  it('counts a 401 that it does not believe against the budget of unknown callers all the same', async () => {
    const { ask, seen } = await open(unauthorized, unready, { connections: 1 })
    for (let call = 0; call < 4; call += 1) {
      await expect(ask(question())).rejects.toMatchObject({ reason: 'not_ready' })
    }
    await expect(ask(question())).rejects.toMatchObject({ reason: 'throttled' })
    expect(seen().filter((url) => url === '/sessions/whoami')).toHaveLength(4)
  })

  it('lets as many questions through at once as there are connections, logouts among them', async () => {
    const { ask, logout } = await open(live, ready, { connections: 1 })
    const inside = logout(question({ credential }))
    const refresh = question({ isRefresh: true })
    await expect(ask(refresh)).rejects.toMatchObject({ message: 'throttled: no permit' })
    // A session is no answer to a logout.
    await expect(inside).rejects.toMatchObject({ reason: 'invalid_response' })
    expect(await ask(refresh)).toMatchObject({ kind: 'live' })
  })

  it.each<[what: string, users: Says, calls: number, met: string, then: string]>([
    ['a 429', [429, {}], 1, 'rate_limited', 'rate_limited'],
    ['three that found Ory away', [502, {}], 3, 'server_error', 'circuit_open'],
  ])('keeps each route apart from the other after %s', async (_what, users, calls, met, then) => {
    for (const isLogoutFirst of [true, false]) {
      const { ask, logout, questions } = await open(users)
      const [first, other] = isLogoutFirst ? [logout, ask] : [ask, logout]
      for (let call = 0; call < calls; call += 1) {
        const asked = question({ credential, key: String(call) })
        await expect(first(asked)).rejects.toMatchObject({ reason: met })
      }
      const next = question({ credential, key: 'next' })
      await expect(first(next)).rejects.toMatchObject({ reason: then })
      expect(questions()).toHaveLength(calls)
      await expect(other(next)).rejects.toMatchObject({ reason: met })
      await upstream?.close()
      await server?.close()
    }
  })

  it.each<[string, Says]>([
    ['a timeout of the database', [502, {}]],
    ['a 429', [429, {}]],
    ['nothing to end', unauthorized],
    ['an answer', [200, { logout_token: 'ory_lo_a' }]],
  ])('lets each logout of an unknown caller use up the budget: %s', async (_what, users) => {
    const { ask, logout } = await open(users, ready, { connections: 1 })
    for (let call = 0; call < 4; call += 1) {
      await logout(question({ credential, key: String(call) })).catch(() => undefined)
    }
    await expect(ask(question())).rejects.toMatchObject({ reason: 'throttled' })
  })

  it('gives the permit back when the body is in, whatever a traits schema does with it', async () => {
    const validate = () => new Promise<never>(() => undefined)
    const traitsSchema = { '~standard': { version: 1 as const, vendor: 'test', validate } }
    const options = { connections: 1, traitsSchema } as unknown as OrySessionOptions
    const { ask } = await open(live, ready, options)
    const asked = [1, 2].map(() =>
      withDeadline(300, (signal) => ask(question({ signal }))).catch((error: unknown) => error),
    )
    // Both had their turn: the second did not wait for the permit of the first in vain.
    expect(await Promise.all(asked)).toEqual([
      expect.objectContaining({ reason: 'traits', isOutage: false }),
      expect.objectContaining({ reason: 'traits', isOutage: false }),
    ])
  })

  it('says what the circuit breaker of whoami does', async () => {
    const { ask } = await open([502, {}])
    expect(upstream!.breakerState()).toEqual({ known: 'closed', unknown: 'closed' })
    for (const key of ['a', 'b', 'c']) await ask(question({ key })).catch(() => undefined)
    expect(upstream!.breakerState()).toEqual({ known: 'closed', unknown: 'open' })
  })

  it('counts a logout without a session against the budget of unknown callers', async () => {
    const { logout, seen } = await open(unauthorized, ready, { connections: 1 })
    for (let call = 0; call < 4; call += 1) {
      expect(await logout(question({ credential }))).toMatchObject({ kind: 'refused' })
    }
    const next = logout(question({ credential }))
    await expect(next).rejects.toMatchObject({ reason: 'throttled' })
    expect(seen().filter((url) => url === '/self-service/logout/browser')).toHaveLength(4)
  })

  it('goes nowhere once it is closed', async () => {
    const { ask } = await open(live)
    await upstream?.close()
    await expect(ask(question())).rejects.toMatchObject({ reason: 'closed' })
  })
})
