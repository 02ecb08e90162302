import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { OptionalSessionPolicy, OrySession } from '../../lib/index.js'
import type { FakeOry, SignedIn } from '../../lib/testing/index.js'
import { expectNoSecret } from '../support/canary.js'
import type { Fault } from '../support/faults.js'
import { frameworks } from '../support/frameworks.js'
import { byBearer, byCookie, byToken, createWorld } from '../support/world.js'
import type { Headers } from '../support/world.js'

const world = createWorld()

const lib = join(__dirname, '../../lib')
const channels = [
  'express-ory-session:decision',
  'express-ory-session:decision:identity',
  'express-ory-session:upstream',
  'express-ory-session:required-aal',
  'express-ory-session:cookie-missing',
  'express-ory-session:setup',
  'express-ory-session:store',
]

/** What was published. */
let events: unknown[] = []
const listen = (message: unknown): void => void events.push(message)
beforeEach(() => {
  events = []
  for (const name of channels) subscribe(name, listen)
})
afterEach(() => {
  for (const name of channels) unsubscribe(name, listen)
})

const cookieValue = ({ cookie }: SignedIn): string => cookie.slice(cookie.indexOf('=') + 1)
const secretsOf = (person: SignedIn): string[] => [person.token, cookieValue(person)]

/** Every way to carry a credential. */
const ways = { byToken, byBearer, byCookie } as const

describe.each(frameworks)('no secret is shown under $name', (framework) => {
  it.each<[string, OptionalSessionPolicy, (fake: FakeOry, signedIn: SignedIn) => void]>([
    ['401', {}, (fake, signedIn) => fake.revoke(signedIn)],
    ['403', { aal: 'aal2' }, () => undefined],
    ['forbidden', { allow: () => false }, () => undefined],
    ['503', {}, (fake) => void fake.fault(500)],
  ])('in a %s', async (_name, policy, arrange) => {
    for (const carry of Object.values(ways)) {
      const { fake, ory, site, get } = await world.start({
        framework,
        policy,
        options: { onDenied: (error, _request, _response, next) => next(error) },
      })
      const signedIn = fake.signIn()
      arrange(fake, signedIn)

      const reply = await get(carry(signedIn)).expect(500)

      expect(site.errors).toHaveLength(1)
      expectNoSecret([site.errors, reply.headers, reply.text, ory.stats()], secretsOf(signedIn))
    }
  })
})

const json = { 'Content-Type': 'application/json' }

/** Answers in which Ory, or what stands before it, quotes the credential that it was asked about. */
const echoes: Readonly<Record<string, (secret: string) => Fault>> = {
  'the body of a 500': (secret) => [
    { status: 500, headers: json, body: { error: { message: secret, debug: { secret } } } },
  ],
  'a header of a 502': (secret) => [
    { status: 502, headers: { 'X-Echo': secret, 'Set-Cookie': `ory_kratos_session=${secret}` } },
  ],
  'a page': (secret) => [{ status: 200, headers: { 'Content-Type': 'text/html' }, body: secret }],
  'a text that says it is JSON': (secret) => [{ status: 200, headers: json, body: secret }],
  'JSON that is no session': (secret) => [{ status: 200, headers: json, body: { id: secret } }],
  'a date': (secret) => [
    (right) => ({ ...right, body: { ...(right.body as object), expires_at: secret } }),
  ],
  'the level of a session': (secret) => [
    (right) => ({
      ...right,
      body: { ...(right.body as object), authenticator_assurance_level: secret },
    }),
  ],
  'another identity in the header': (secret) => [
    (right) => ({
      ...right,
      headers: { ...right.headers, 'X-Kratos-Authenticated-Identity-Id': secret },
    }),
  ],
  'an encoding': (secret) => [
    (right) => ({ ...right, headers: { ...right.headers, 'Content-Encoding': secret } }),
  ],
  'the type of the body': (secret) => [
    (right) => ({ ...right, headers: { ...right.headers, 'Content-Type': secret } }),
  ],
  'a redirect': (secret) => [{ status: 302, headers: { Location: `/?${secret}` } }],
  'the reset of a rate limit': (secret) => [
    { status: 429, headers: { ...json, 'x-ratelimit-reset': secret, 'Retry-After': secret } },
  ],
  'a refusal': (secret) => [
    { status: 401, headers: json, body: { error: { code: 401, reason: secret, request: secret } } },
  ],
  "JSON of a refusal that is not Ory's": (secret) => [
    { status: 401, headers: json, body: { message: secret } },
  ],
  "a refusal that is not Ory's": (secret) => [
    { status: 401, headers: { 'WWW-Authenticate': secret }, body: secret },
  ],
  'a demand for a second factor': (secret) => [
    {
      status: 403,
      headers: json,
      body: {
        error: { id: 'session_aal2_required', code: 403, reason: secret, message: secret },
        redirect_browser_to: `https://elsewhere.example/?${secret}`,
      },
    },
  ],
  'a 403 of another id': (secret) => [
    { status: 403, headers: json, body: { error: { id: secret, code: 403 } } },
  ],
}

interface Seen {
  readonly ory: OrySession
  readonly errors: readonly unknown[]
  readonly replies: readonly unknown[]
  readonly outcomes: readonly unknown[]
}

/** Sends a credential through all that takes one, and gathers what can be seen of it. */
async function expose(url: string, headers: Headers): Promise<Seen> {
  const errors: unknown[] = []
  const ory = world.instance({
    url,
    timeoutMs: 250,
    onDenied(error, _request, response) {
      errors.push(error)
      response.statusCode = error.status
      response.end(JSON.stringify(error))
    },
  })
  const guards = [ory.requireSession({ aal: 'aal2' }), ory.optionalSession(), ory.logout()]
  const sites = await Promise.all(guards.map(async (guard) => world.site(guard)))
  const replies = []
  for (const { origin } of sites) {
    const reply = await fetch(origin, {
      method: 'POST',
      headers: { ...headers, 'Sec-Fetch-Site': 'same-origin', Origin: origin },
      redirect: 'manual',
    })
    replies.push([reply.status, ...reply.headers, await reply.text()])
  }
  const { error } = await ory.authenticate({ headers })
  const forgotten = await ory.invalidate({ request: { headers } })
  return { ory, errors, replies, outcomes: [error, forgotten] }
}

describe('a credential that upstream quotes', () => {
  it.each(Object.keys(echoes))('is shown to nobody: in %s', async (name) => {
    const fake = await world.fake()
    for (const carry of Object.values(ways)) {
      const person = fake.signIn()
      const secret = carry === byCookie ? cookieValue(person) : person.token
      const [fault] = echoes[name]!(secret)
      fake.fault(fault)
      fake.fault(fault, { path: 'logout' })

      const { ory, errors, replies, outcomes } = await expose(fake.url, carry(person))
      fake.heal()

      expect(ory.stats().upstream.live).toBe(0)
      expect(errors.length).toBeGreaterThan(0)
      expectNoSecret([errors, replies, outcomes, ory.stats(), events], secretsOf(person))
      for (const error of errors) expectNoSecret(error, secretsOf(person))
    }
  })

  it.each<[string, (request: string) => string]>([
    ['the request itself', (request) => request],
    ['a status line', (request) => `HTTP/1.1 200 ${credentialIn(request)}\r\n\r\n`],
    ['a status that is none', (request) => `HTTP/1.1 ${credentialIn(request)}\r\n\r\n`],
    [
      'the name of a header',
      (request) => `HTTP/1.1 200 OK\r\n${credentialIn(request)} : x\r\n\r\n`,
    ],
    [
      'the length of a chunk',
      (request) =>
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${credentialIn(request)}\r\n`,
    ],
    [
      'the length of the body',
      (request) => `HTTP/1.1 200 OK\r\nContent-Length: ${credentialIn(request)}\r\n\r\n`,
    ],
  ])('is shown to nobody where what answers is not HTTP: in %s', async (_name, echo) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (bytes) => socket.end(echo(bytes.toString('latin1'))))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const fake = await world.fake()
    try {
      for (const carry of Object.values(ways)) {
        const person = fake.signIn()
        const { ory, errors, replies, outcomes } = await expose(url, carry(person))

        expect(errors.length).toBeGreaterThan(0)
        expectNoSecret([errors, replies, outcomes, ory.stats(), events], secretsOf(person))
      }
    } finally {
      server.close()
    }
  })
})

function credentialIn(request: string): string {
  return /^(?:cookie|x-session-token): (.*?)\r$/im.exec(request)?.[1] ?? 'none'
}

describe('a credential in the wrong argument', () => {
  const secret = 'ory_st_CANARYCANARYCANARYCANARYCANARY42'

  it.each<[string, (ory: OrySession) => unknown]>([
    ['invalidate(token)', (ory) => ory.invalidate(secret as never)],
    ['invalidate({ token })', (ory) => ory.invalidate({ token: secret } as never)],
    ['invalidate({ request: token })', (ory) => ory.invalidate({ request: secret as never })],
    ['invalidate of two things', (ory) => ory.invalidate({ session: secret, identity: secret })],
    ['authenticate(token)', (ory) => ory.authenticate(secret as never)],
    ['authenticate({ headers: token })', (ory) => ory.authenticate({ headers: secret as never })],
    ['requireSession(token)', (ory) => ory.requireSession(secret as never)],
    ['requireSession({ aal: token })', (ory) => ory.requireSession({ aal: secret as never })],
    [
      'requireSession({ authMethods: token })',
      (ory) => ory.requireSession({ authMethods: secret as never }),
    ],
    ['logout({ returnTo: token })', (ory) => ory.logout({ returnTo: secret })],
    ['logout(token)', (ory) => ory.logout(secret as never)],
  ])('is not in the error: %s', async (_name, call) => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url })

    const error: unknown = await (async () => call(ory))().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )

    expect(error).toBeInstanceOf(TypeError)
    expectNoSecret(error, [secret])
  })
})

describe('what is published', () => {
  it('goes to channels of which all are listened to here', () => {
    const files = readdirSync(lib, { recursive: true, encoding: 'utf8' })
    const sources = files
      .filter((file) => file.endsWith('.ts') && !file.startsWith('testing'))
      .map((file) => readFileSync(join(lib, file), 'utf8'))
    const found = sources.flatMap((text) =>
      [...text.matchAll(/\b(?:tracingC|c)hannel\(\s*([^)]*)\)/g)].map(([, name]) => name),
    )

    expect(found.sort()).toEqual(channels.map((name) => `'${name}'`).sort())
  })

  it('holds no credential', async () => {
    const fake = await world.fake({ requiredAal: 'highest_available' })
    const person = fake.signIn({ secondFactor: true })
    const ory = world.instance({ url: fake.url })

    await ory.authenticate({ headers: byCookie(person) })

    expect(events.length).toBeGreaterThan(1)
    expectNoSecret(events, secretsOf(person))
  })
})
