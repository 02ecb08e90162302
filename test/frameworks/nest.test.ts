import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { createFakeOry } from '../../lib/testing/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { runExample, stopExamples } from '../examples/example.js'
import { expectDenial, renewing } from './expect-denial.js'

jest.setTimeout(60_000)

/** Resolves to what the next event of a socket brings. */
const once = (socket: Socket, event: string): Promise<ReturnType<typeof JSON.parse>> =>
  new Promise((resolve) => socket.once(event, resolve))

let fake: FakeOry
let url: string
let cookies: Readonly<Record<'nobody' | 'low' | 'high' | 'verified', string>>

async function start(environment: Record<string, string>, path = 'nest-app.ts'): Promise<void> {
  fake = await createFakeOry()
  cookies = {
    nobody: '',
    low: fake.signIn({ secondFactor: true, verified: true }).cookie,
    high: fake.signIn({ aal: 'aal2', verified: false }).cookie,
    verified: fake.signIn({ aal: 'aal2', verified: true }).cookie,
  }
  // Nest is made of ES modules, which Jest cannot import.
  const command = `node --import tsx test/frameworks/${path}`
  const app = runExample(command, { ORY_SDK_URL: fake.url, ...environment })
  url = (await app.waitFor(/(http:\/\/127\.0\.0\.1:\d+)\/\n/))[1]!
}

async function stop(): Promise<void> {
  await stopExamples()
  await fake.close()
}

const get = (path: string, cookie = ''): Promise<Response> =>
  fetch(`${url}${path}`, { headers: { cookie } })

describe.each(['express', 'fastify'])('the module for Nest on %s', (platform) => {
  beforeAll(() => start({ PLATFORM: platform }))
  afterAll(stop)

  it.each([
    ['/plain', 'nobody', 401],
    ['/plain', 'low', 200],
    ['/strict/both', 'low', 403],
    ['/strict/both', 'high', 403],
    ['/strict/both', 'verified', 200],
    ['/strict/open', 'nobody', 200],
    ['/heir/both', 'high', 403],
    ['/heir/own', 'low', 403],
    ['/heir/own', 'high', 200],
    ['/stacked', 'low', 403],
    ['/stacked', 'high', 403],
    ['/stacked', 'verified', 200],
    ['/contradiction', 'nobody', 401],
    ['/optional', 'nobody', 200],
    ['/unchecked', 'nobody', 500],
    ['/unchecked', 'verified', 500],
    ['/wrong', 'verified', 500],
    ['/users/another', 'verified', 403],
  ] as const)('answers %s by %s with %i', async (path, who, status) => {
    expect((await get(path, cookies[who])).status).toBe(status)
  })

  it.each(['401', '403', '503'] as const)('answers with the whole denial: %s', async (status) => {
    const { cookie } = fake.signIn({ secondFactor: true })
    if (status === '503') fake.fault(503)
    await expectDenial(await get('/strict/both', status === '401' ? '' : cookie), status)
    fake.heal()
  })

  it('gives the predicate of a policy the request of the platform', async () => {
    const { cookie, session } = fake.signIn()
    expect((await get(`/users/${session.identity.id}`, cookie)).status).toBe(200)
  })

  it('hands a renewed cookie on, whatever the handler does to the headers', async () => {
    const { headers } = await get('/shared', renewing(fake))
    expect(headers.getSetCookie()).toEqual([
      'theme=dark',
      expect.stringMatching(/^ory_kratos_session=/),
    ])
    expect(headers.get('cache-control')).toBe('private, max-age=60')
  })

  it('guards the messages of a gateway that has no guard of its own', async () => {
    const connect = async (cookie: string): Promise<Socket> => {
      const socket = io(url, { extraHeaders: { cookie }, reconnection: false, forceNew: true })
      await once(socket, 'connect')
      return socket
    }
    const [nobody, verified] = [await connect(''), await connect(cookies.verified)]
    nobody.emit('who')
    const problem = await once(nobody, 'exception')
    // Nest has no global filters for gateways.
    expect(problem).toMatchObject({ status: 'error', message: 'Internal server error' })
    expect(await verified.emitWithAck('who')).toMatch(/^[\da-f-]{36}$/)
    // What the guard found for another message of the same socket is not for one that it did not check.
    verified.emit('peek')
    expect(await once(verified, 'exception')).toMatchObject({ message: 'Internal server error' })
    nobody.close()
    verified.close()
  })

  it('gives a message its session, also if an anonymous one of the same socket comes between', async () => {
    const extraHeaders = { cookie: cookies.verified }
    const socket = io(url, { extraHeaders, reconnection: false, forceNew: true })
    await once(socket, 'connect')
    const [failed, holding] = [once(socket, 'exception'), once(socket, 'holding')]
    const held = socket.emitWithAck('held')
    await Promise.race([holding, failed])
    expect(await socket.emitWithAck('other')).toBe('other')
    expect(await Promise.race([held, failed])).toMatch(/^[\da-f-]{36}$/)
    socket.close()
  })
})

describe.each(['express', 'fastify'])('a filter of the application on %s', (platform) => {
  beforeAll(() => start({ PLATFORM: platform, FILTER: 'every' }))
  afterAll(stop)

  it('finds the status of a denial, and its headers stay', async () => {
    const response = await get('/plain')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="ory"')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ own: 401 })
  })
})

// The program of the application is its own, and tsx reads decorators by its settings.
const ofGraphql = { TSX_TSCONFIG_PATH: 'test/frameworks/nest-graphql/tsconfig.json' }

describe.each(['queries', 'fields'])(
  'the module for Nest with GraphQL, by guards of %s',
  (guards) => {
    beforeAll(() => start({ GUARDS: guards, ...ofGraphql }, 'nest-graphql/app.ts'))
    afterAll(stop)

    const id = expect.stringMatching(/^[\da-f-]{36}$/)

    async function query(text: string): Promise<ReturnType<typeof JSON.parse>> {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: cookies.verified },
        body: JSON.stringify({ query: text }),
      })
      return response.json()
    }

    it('gives each field of a query its session, whichever guard begins late', async () => {
      expect(await query('{ held account { id other sessionId } }')).toEqual({
        data: { held: id, account: { id, other: 'other', sessionId: id } },
      })
    })

    it('gives no session to an anonymous field, also if another field of the query has one', async () => {
      const { errors, data } = await query('{ account { id peek } }')
      expect(data).toBeNull()
      expect(errors).toMatchObject([{ path: ['account', 'peek'] }])
      expect(errors[0].message).toContain('@CurrentSession() was read')
    })
  },
)
