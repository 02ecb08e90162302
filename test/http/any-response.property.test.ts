import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createOrySession } from '../../lib/index.js'
import type { OrySession, SessionMiddleware } from '../../lib/index.js'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { navigation, appUrl } from '../support/navigation.js'
import { expectHolds } from '../unit/support/runs.js'

/** What a response may have, and what may be the matter with each. */
const members = [
  ...['statusCode', 'headersSent', 'writableEnded', 'destroyed', 'stream'],
  ...['setHeader', 'getHeader', 'hasHeader', 'removeHeader', 'appendHeader'],
  ...['getHeaderNames', 'writeHead', 'end'],
] as const
type Member = (typeof members)[number]
type State = 'kept' | 'missing' | 'throws when read' | 'throws when called'

class Broken extends Error {}

const broken = (): never => {
  throw new Broken('a response is broken')
}

/** A response with some members missing or broken, and what was ended with. */
function createResponse(states: Partial<Record<Member, State>>) {
  const headers = new Map<string, unknown>()
  const bodies: unknown[] = []
  const whole: Record<Member, unknown> = {
    statusCode: 200,
    headersSent: false,
    writableEnded: false,
    destroyed: false,
    stream: undefined,
    setHeader: (name: string, value: unknown) => headers.set(name.toLowerCase(), value),
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    hasHeader: (name: string) => headers.has(name.toLowerCase()),
    removeHeader: (name: string) => headers.delete(name.toLowerCase()),
    appendHeader: (name: string, value: unknown) => headers.set(name.toLowerCase(), value),
    getHeaderNames: () => [...headers.keys()],
    writeHead: () => undefined,
    end: (body: unknown) => bodies.push(body),
  }
  const response = {}
  for (const member of members) {
    const state = states[member] ?? 'kept'
    if (state === 'missing') continue
    if (state === 'throws when read') {
      Object.defineProperty(response, member, { get: broken, set: broken })
    } else {
      const isBroken = state === 'throws when called' && typeof whole[member] === 'function'
      Reflect.set(response, member, isBroken ? broken : whole[member])
    }
  }
  return { response: response as ServerResponse, headers, bodies }
}

let fake: FakeOry
let ory: OrySession
let away: OrySession
const rejections: unknown[] = []
const note = (reason: unknown): void => void rejections.push(reason)

beforeAll(async () => {
  fake = await createFakeOry({ allowedReturnUrls: [appUrl] })
  ory = createOrySession({ url: fake.url, appUrl, refusalTtlMs: 0 })
  // Nothing listens there.
  away = createOrySession({ url: 'http://127.0.0.1:1' })
  process.on('unhandledRejection', note)
})
afterAll(async () => {
  process.off('unhandledRejection', note)
  await ory.close()
  await away.close()
  await fake.close()
})

/** Runs a middleware until nothing of it is left to do. */
async function run(
  middleware: SessionMiddleware,
  headers: object,
  states: Partial<Record<Member, State>>,
) {
  const made = createResponse(states)
  const nexts: unknown[][] = []
  const request = { method: 'GET', url: '/', headers } as unknown as IncomingMessage
  const done = new Promise<void>((resolve) => {
    const poll = (turns: number): void => {
      const isOver = nexts.length + made.bodies.length > 0
      if (isOver || turns === 0) setImmediate(resolve)
      else setTimeout(poll, 1, turns - 1)
    }
    middleware(request, made.response, (...given) => nexts.push(given))
    poll(isSilent(states) ? 20 : 1_000)
  })
  await done
  await new Promise((resolve) => setImmediate(resolve))
  return { ...made, nexts }
}

/** Whether `end` may be called without a trace here. */
const isSilent = ({ end }: Partial<Record<Member, State>>): boolean =>
  end !== undefined && end !== 'kept'

const fromHere = { 'sec-fetch-site': 'same-origin' }
const madeUp = { cookie: 'ory_kratos_session=MTcyfGp1bms' }
const scenes: Record<string, { isDenied: boolean; start: () => [SessionMiddleware, object] }> = {
  'a hit': {
    isDenied: false,
    start: () => [ory.requireSession(), known],
  },
  'a miss': {
    isDenied: false,
    start: () => [ory.requireSession(), { cookie: fake.signIn().cookie }],
  },
  'a renewed cookie': {
    isDenied: false,
    start: () => {
      const { session, cookie } = fake.signIn()
      fake.extend(session)
      return [ory.requireSession(), { cookie }]
    },
  },
  'a denial at once': { isDenied: true, start: () => [ory.requireSession(), {}] },
  'a denial by Ory': { isDenied: true, start: () => [ory.requireSession(), madeUp] },
  'a redirect': {
    isDenied: true,
    start: () => [ory.requireSession({ redirectToLogin: true }), visit],
  },
  'a redirect of a browser that is back': {
    isDenied: true,
    start: () => [ory.requireSession({ redirectToLogin: true }), { ...visit, cookie: bounce }],
  },
  'an outage': {
    isDenied: true,
    start: () => [away.requireSession(), { cookie: fake.signIn().cookie }],
  },
  'a logout of a cookie': {
    isDenied: true,
    start: () => [ory.logout(), { ...visit, ...fromHere, cookie: fake.signIn().cookie }],
  },
  'a logout of a token': {
    isDenied: true,
    start: () => [ory.logout(), { 'x-session-token': fake.signIn().token }],
  },
  'a logout that Ory refuses': {
    isDenied: true,
    start: () => [ory.logout(), { ...fromHere, ...madeUp }],
  },
  'a logout of nobody': { isDenied: true, start: () => [ory.logout(), visit] },
  'a logout that is fetched ahead': {
    isDenied: true,
    start: () => [ory.logout(), { ...visit, 'sec-purpose': 'prefetch' }],
  },
  'a logout in an outage': {
    isDenied: true,
    start: () => [away.logout(), { 'x-session-token': fake.signIn().token }],
  },
  'a web hook without the secret': {
    isDenied: true,
    start: () => [ory.webhook({ secret: 'a-secret-of-the-test' }), {}],
  },
}
const visit = Object.fromEntries(
  Object.entries(navigation).map(([name, value]) => [name.toLowerCase(), value]),
)
let known: { cookie: string }
/** The cookie that counts redirects. */
let bounce: string
beforeAll(async () => {
  const { headers } = await run(ory.requireSession({ redirectToLogin: true }), visit, {})
  bounce = String(headers.get('set-cookie')).split(';')[0]!
  expect(bounce).toMatch(/=1\.\d+$/)
  known = { cookie: fake.signIn().cookie }
  await ory.authenticate({ headers: known })
})

const states = fc.dictionary(
  fc.constantFrom(...members),
  fc.constantFrom<State>('missing', 'throws when read', 'throws when called'),
  { maxKeys: 5 },
) as fc.Arbitrary<Partial<Record<Member, State>>>

/** The status that a body says; `undefined` if it is no text, which some mocks cannot show. */
const statusIn = (body: unknown): unknown =>
  typeof body === 'string' ? (JSON.parse(body) as { status: unknown }).status : undefined

describe('a response with members missing or broken', () => {
  it.each(Object.keys(scenes))(
    'changes nothing but the answer itself: %s',
    async (name) => {
      const { isDenied, start } = scenes[name]!
      await expectHolds(
        fc.asyncProperty(states, async (given) => {
          const { nexts, bodies } = await run(...start(), given)

          expect(nexts.length).toBeLessThanOrEqual(1)
          const isPassed = nexts.some((passed) => passed.length === 0)
          expect(isDenied && isPassed).toBe(false)
          const isAnswered = bodies.length + nexts.length > 0 || isSilent(given)
          expect(isAnswered).toBe(true)
          expect(rejections).toEqual([])
        }),
        25,
      )
    },
    60_000,
  )

  const needless = members.filter((member) => !['setHeader', 'getHeader', 'end'].includes(member))
  const plain = Object.keys(scenes).filter((name) => !name.startsWith('a redirect'))
  it.each(plain)('needs setHeader, getHeader and end alone: %s', async (name) => {
    const { isDenied, start } = scenes[name]!
    const bare = Object.fromEntries(needless.map((member) => [member, 'missing' as const]))
    const { nexts, bodies, headers } = await run(...start(), bare)

    expect(nexts).toEqual(isDenied ? [] : [[]])
    expect(bodies).toHaveLength(isDenied ? 1 : 0)
    const isProblem = name.startsWith('a denial')
    expect(isProblem ? bodies.map(statusIn) : [401]).toEqual([401])
    const cookies = [headers.get('set-cookie')].flat()
    const isRenewed = cookies.length === 1 && String(cookies[0]).startsWith('ory_kratos_session=')
    expect(isRenewed).toBe(name === 'a renewed cookie')
  })
})

describe('something else than a request', () => {
  it('is a TypeError that names the fix, and a WebSocket is closed', () => {
    const closed: unknown[] = []
    const socket = { send() {}, close: (...given: unknown[]) => closed.push(given) }
    const nexts: unknown[] = []
    for (const given of [socket, {}]) {
      const { response } = createResponse({})
      ory.requireSession()(given as never, response, (error) => nexts.push(error))
    }

    expect(nexts).toEqual([
      expect.objectContaining({
        name: 'TypeError',
        code: 'ERR_ORY_WEBSOCKET',
        message: expect.stringContaining('app.use(path, …) before app.ws(path, …)'),
      }),
      expect.objectContaining({ name: 'TypeError', code: 'ERR_ORY_INVALID_REQUEST' }),
    ])
    expect(closed).toEqual([[1008, 'The session was not checked']])
  })
})
