import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createHook, type AsyncHook } from 'node:async_hooks'
import { createOrySession } from '../../../lib/create-ory-session.js'
import type { OrySession } from '../../../lib/ory-session.js'
import type { SessionMiddleware } from '../../../lib/http/middleware.js'
import { getSession } from '../../../lib/http/request-session.js'
import { createExchange, type Exchange, type Sent } from '../support/exchange.js'
import { createFakeClock, start } from '../support/fake-clock.js'
import { createReplayServer, type ReplayServer } from '../support/replay-server.js'
import { sessionBody } from '../support/session-body.js'

const token = { headers: { 'x-session-token': 'ory_st_a' } }
const cookie = { headers: { cookie: 'a=1; ory_kratos_session=b; c=2' } }
const unknown = { headers: { 'x-session-token': 'ory_st_unknown' } }

let server: ReplayServer
let ory: OrySession
beforeAll(async () => {
  server = await createReplayServer(({ url, headers }) => {
    const json: [string, string][] = [['Content-Type', 'application/json']]
    if (url === '/health/ready') return { status: 200, headers: json, body: { status: 'ok' } }
    if (headers['x-session-token'] === 'ory_st_unknown') {
      return { status: 401, headers: json, body: { error: { code: 401 } } }
    }
    return { status: 200, headers: json, body: sessionBody() }
  })
  ory = createOrySession({ url: server.url, clock: createFakeClock(start) })
  for (const request of [token, cookie, unknown]) await ory.authenticate(request)
})
afterAll(async () => {
  await ory.close()
  await server.close()
})

/** Counts the promises that are made while something runs. */
function promisesOf(run: () => void): number {
  let count = 0
  const hook: AsyncHook = createHook({
    init: (_id, type) => void (count += Number(type === 'PROMISE')),
  })
  hook.enable()
  try {
    run()
  } finally {
    hook.disable()
  }
  return count
}

/** Runs middleware once, and tells what it had done by the time it returned. */
function runOnce(middleware: SessionMiddleware, sent: Sent) {
  const { request, response } = createExchange(sent)
  const nexts: unknown[][] = []
  const promises = promisesOf(() => middleware(request, response, (...given) => nexts.push(given)))
  return { nexts, promises, request, response }
}

describe('a request that memory suffices for', () => {
  it.each([
    ['a token', token, {}],
    ['a cookie', cookie, {}],
    [
      'a policy that it satisfies',
      token,
      { aal: 'aal1', authMethods: ['password'], verifiedAddress: true } as const,
    ],
    ['a predicate that it satisfies', token, { allow: () => true }],
  ])('goes on at once and without a promise, by %s', (_title, sent, policy) => {
    for (const middleware of [ory.requireSession(policy), ory.optionalSession(policy)]) {
      const { nexts, promises, request } = runOnce(middleware, sent)
      expect(nexts).toEqual([[]])
      expect(promises).toBe(0)
      expect(getSession(request)).toEqual(sessionBody())
    }
  })

  it.each([
    ['no credential', { headers: {} }, {}, 401],
    ['a refusal that is remembered', unknown, {}, 401],
    ['a malformed header', { headers: { 'x-session-token': 'a b' } }, {}, 400],
    ['a predicate that it does not satisfy', token, { allow: () => false }, 403],
  ])('is denied at once and without a promise, by %s', (_title, sent, policy, status) => {
    const { nexts, promises, response } = runOnce(ory.requireSession(policy), sent)
    expect([nexts, promises]).toEqual([[], 0])
    expect([response.statusCode, response.writableEnded]).toEqual([status, true])
  })

  it('goes on at once without a session, where none is needed', () => {
    const { nexts, promises, request } = runOnce(ory.optionalSession(), { headers: {} })
    expect([nexts, promises, getSession(request)]).toEqual([[[]], 0, undefined])
  })

  it('gives all who ask the same session', () => {
    const [one, other] = [
      runOnce(ory.requireSession(), token),
      runOnce(ory.requireSession(), token),
    ]
    expect(getSession(one.request)).toBe(getSession(other.request))
  })
})

describe('a request that memory does not suffice for', () => {
  it('waits by promises, which are counted here too', async () => {
    const { nexts, promises, response } = runOnce(ory.requireSession({ fresh: true }), token)
    expect(nexts).toEqual([])
    expect(promises).toBeGreaterThan(0)
    response.destroy()
    await ory.authenticate(token, { fresh: true })
  })
})

describe('a request whose answer takes a turn', () => {
  /** Runs middleware on a request until nothing is under way. */
  async function runThrough(middleware: SessionMiddleware, { request, response }: Exchange) {
    const nexts: unknown[][] = []
    middleware(request, response, (...given) => nexts.push(given))
    while (ory.stats().inFlight > 0) await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    return nexts
  }

  it.each([
    ['goes on', false, [[]]],
    ['goes nowhere once its client has left, though its response has no socket yet', true, []],
  ])('%s', async (_title, hasLeft, expected) => {
    const exchange = createExchange(token)
    Object.defineProperty(exchange.request, 'socket', { value: { destroyed: hasLeft } })
    expect(await runThrough(ory.requireSession({ fresh: true }), exchange)).toEqual(expected)
    expect(exchange.response.writableEnded).toBe(false)
  })

  it('has no session any more once it is refused, even if other code attached one before', async () => {
    const exchange = createExchange(token)
    await runThrough(ory.requireSession({ fresh: true }), exchange)
    expect(getSession(exchange.request)).toBeDefined()
    exchange.request.headers['x-session-token'] = 'ory_st_unknown'
    await runThrough(ory.requireSession({ fresh: true }), exchange)
    expect(exchange.response.statusCode).toBe(401)
    expect(getSession(exchange.request)).toBeUndefined()
  })
})
