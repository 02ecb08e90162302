import { createServer as createHttpServer, request } from 'node:http'
import type { IncomingHttpHeaders, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createNetServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from '@jest/globals'
import { readArguments } from '../../lib/doctor/arguments.js'
import type { OryCheck, OryCheckName } from '../../lib/doctor/check.js'
import { findingOfFault } from '../../lib/doctor/came.js'
import { checkOry } from '../../lib/doctor/check-ory.js'
import { examine, exitStatus } from '../../lib/doctor/examine.js'
import { resolveOptions } from '../../lib/options/resolve-options.js'
import type { FakeOry, FakeOryOptions } from '../../lib/testing/index.js'
import { Fault } from '../../lib/shared/fault.js'
import { secretsIn } from '../support/shown.js'
import { createAuthority } from '../faults/network/certificate.js'
import { createWorld } from '../support/world.js'

const world = createWorld()
const servers: Server[] = []
afterEach(async () => {
  await Promise.all(
    servers
      .splice(0)
      .map((server) => new Promise((resolve) => server.close(resolve).closeAllConnections())),
  )
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return (server.address() as AddressInfo).port
}

const serve = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createHttpServer(listener))}`

/** Passes a request on to an Ory. */
function pass(
  { url }: FakeOry,
  path: string | undefined,
  headers: IncomingHttpHeaders,
  outgoing: ServerResponse,
): void {
  request(`${url}${String(path)}`, { headers }, (reply) => {
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
    reply.pipe(outgoing)
  }).end()
}

const app = 'http://127.0.0.1:3000'

function ask(words: readonly string[], variables = {}): Promise<readonly OryCheck[]> {
  return examine(readArguments(['doctor', ...words]), variables)
}

const askFake = (fake: FakeOry, words: readonly string[] = [], variables = {}) =>
  ask(['--url', fake.url, '--app-url', app, ...words], variables)

function find(checks: readonly OryCheck[], name: OryCheckName): OryCheck {
  const check = checks.find((one) => one.name === name)
  if (check === undefined) throw new Error(`no check ${name}`)
  return check
}

describe('the doctor finds nothing wrong', () => {
  it('with an Ory as it should be', async () => {
    const fake = await world.fake()

    const checks = await askFake(fake)

    const unsaid = checks.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'skipped')
    expect(unsaid).toEqual([])
    expect(find(checks, 'cookie').fix).toMatch(/whole Set-Cookie line/)
    expect(find(checks, 'cookie').means).toMatch(/SameSite tells nothing: Kratos sets Lax/)
    expect(checks).toHaveLength(14)
    expect(exitStatus(checks)).toBe(0)
  })

  it('with a live session, and says what routes answer to it', async () => {
    const fake = await world.fake()
    const person = fake.signIn()

    const checks = await askFake(fake, [], { ORY_SESSION_COOKIE: person.cookie })

    expect(find(checks, 'session')).toMatchObject({ outcome: 'ok' })
    expect(find(checks, 'policies').came).toMatch(/aal2' }\): session_aal2_required/)
    expect(find(checks, 'policies').came).toMatch(/requireSession\(\): passes/)
  })
})

interface Trouble {
  readonly title: string
  readonly options?: FakeOryOptions
  readonly arrange?: (fake: FakeOry) => void
  readonly words?: readonly string[]
  readonly variables?: (fake: FakeOry) => Readonly<Record<string, string>>
  readonly name: OryCheckName
  readonly outcome: OryCheck['outcome']
  readonly fix: RegExp
  readonly status: number
}

/** Ory and the application as browsers see them. */
function hosts(ory: string, application: string): readonly string[] {
  return ['--browser-url', `https://${ory}`, '--app-url', `https://${application}`]
}

const troubles: readonly Trouble[] = [
  {
    title: 'required_aal is highest_available',
    options: { requiredAal: 'highest_available' },
    variables: (fake) => ({ ORY_SESSION_TOKEN: fake.signIn({ secondFactor: true }).token }),
    name: 'required-aal',
    outcome: 'wrong',
    fix: /required_aal of Kratos to aal1/,
    status: 1,
  },
  {
    title: 'the return_to is not allowed',
    options: { allowedReturnUrls: ['https://app.example'] },
    name: 'return-to',
    outcome: 'wrong',
    fix: /allowed_return_urls/,
    status: 1,
  },
  {
    title: 'readiness is hidden',
    arrange: (fake) => void fake.fault(404, { path: 'ready' }),
    name: 'readiness',
    outcome: 'wrong',
    fix: /readinessPath/,
    status: 1,
  },
  {
    title: 'readiness is a page of something else',
    arrange: (fake) => void fake.fault('html', { path: 'ready' }),
    name: 'readiness',
    outcome: 'wrong',
    fix: /readinessPath/,
    status: 1,
  },
  {
    title: 'the database is down',
    arrange: (fake) => fake.database.stop(),
    name: 'readiness',
    outcome: 'wrong',
    fix: /migrate sql/,
    status: 1,
  },
  {
    title: 'readiness is not asked on purpose',
    words: ['--readiness-path', 'false'],
    name: 'readiness',
    outcome: 'warning',
    fix: /Remove/,
    status: 0,
  },
  {
    title: 'the clock of Ory is ahead',
    options: { clock: { now: () => Date.now() + 90_000 } },
    name: 'clock',
    outcome: 'wrong',
    fix: /time service/,
    status: 1,
  },
  {
    title: 'the clock of Ory is some seconds behind',
    options: { clock: { now: () => Date.now() - 20_000 } },
    name: 'clock',
    outcome: 'warning',
    fix: /time service/,
    status: 0,
  },
  {
    title: 'the cookie has a name that the application does not read',
    options: { cookieName: 'sid' },
    variables: (fake) => ({ ORY_SESSION_COOKIE: fake.signIn().cookie }),
    name: 'session',
    outcome: 'wrong',
    fix: /cookieName/,
    status: 1,
  },
  {
    title: 'the session has ended',
    variables: (fake) => {
      const person = fake.signIn()
      fake.revoke(person)
      return { ORY_SESSION_TOKEN: person.token }
    },
    name: 'session',
    outcome: 'wrong',
    fix: /log in again/,
    status: 1,
  },
  {
    title: 'the application has another host than Ory',
    words: ['--app-url', 'http://localhost:3000'],
    name: 'cookie',
    outcome: 'wrong',
    fix: /one host name/,
    status: 1,
  },
  {
    title: 'a readiness path says no more than that the process runs',
    words: ['--readiness-path', '/health/alive'],
    name: 'readiness',
    outcome: 'wrong',
    fix: /Name \/health\/ready/,
    status: 1,
  },
  {
    title: 'the cookie is for a public suffix',
    words: hosts('auth.example.co.uk', 'app.example.co.uk'),
    variables: (fake) => ({ ORY_SESSION_COOKIE: `${fake.signIn().cookie}; Domain=co.uk; Path=/` }),
    name: 'cookie',
    outcome: 'wrong',
    fix: /cookies\.domain of Kratos to example\.co\.uk/,
    status: 1,
  },
  {
    title: 'both hosts are of a hosting company',
    words: hosts('kratos.onrender.com', 'shop.onrender.com'),
    variables: (fake) => ({ ORY_SESSION_COOKIE: `${fake.signIn().cookie}; Path=/` }),
    name: 'cookie',
    outcome: 'wrong',
    fix: /by a path of shop\.onrender\.com/,
    status: 1,
  },
  {
    title: 'the cookie is for localhost, and so are Ory and the application',
    words: hosts('localhost', 'localhost'),
    variables: (fake) => ({
      ORY_SESSION_COOKIE: `${fake.signIn().cookie}; Domain=localhost; Path=/`,
    }),
    name: 'cookie',
    outcome: 'ok',
    fix: /^$/,
    status: 1,
  },
  {
    title: 'Ory caches at its edge',
    options: { cacheableSessions: true },
    name: 'edge-cache',
    outcome: 'ok',
    fix: /^$/,
    status: 0,
  },
]

describe('the doctor names the trouble', () => {
  it.each(troubles)(
    'when $title',
    async ({ options, arrange, words = [], variables, ...expected }) => {
      const fake = await world.fake(options)
      arrange?.(fake)

      const checks = await askFake(fake, words, variables?.(fake))

      const check = find(checks, expected.name)
      expect(check.outcome).toBe(expected.outcome)
      expect(check.fix ?? '').toMatch(expected.fix)
      expect(exitStatus(checks)).toBe(expected.status)
    },
  )

  it.each<[string, RequestListener, RegExp]>([
    [
      'a redirect to another address',
      (_q, s) => s.writeHead(301, { location: 'https://ory.example/' }).end(),
      /redirects/,
    ],
    [
      'a page',
      (_q, s) => s.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /page of HTML/,
    ],
    [
      'a login of a gateway',
      (_q, s) => s.writeHead(401, { 'content-type': 'application/json' }).end('{}'),
      /in front of Ory/,
    ],
    ['another API', (_q, s) => s.writeHead(404).end(), /no such route/],
    [
      'a 200 to everybody',
      (_q, s) => s.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      /not from the public API/,
    ],
    [
      'the admin port',
      (q, s) => {
        if (q.url === '/admin/health/alive') s.end('{"status":"ok"}')
        else s.writeHead(307, { location: 'http://127.0.0.1:4433/sessions/whoami' }).end()
      },
      /admin port of Kratos/,
    ],
    ['a captive portal', (_q, s) => s.writeHead(511).end(), /network asks for a login/],
  ])('in an address that is %s', async (_title, listener, means) => {
    const checks = await ask(['--url', await serve(listener)])

    expect(checks[0]).toMatchObject({
      name: 'address',
      outcome: 'wrong',
      means: expect.stringMatching(means),
    })
    expect(checks.slice(1).every(({ outcome }) => outcome === 'skipped')).toBe(true)
    expect(exitStatus(checks)).toBe(1)
  })

  it('in a certificate that Node does not trust, and in http to its port', async () => {
    const server = createTlsServer(createAuthority('an authority').issue({ name: 'localhost' }))
    const port = String(await listen(server))

    const [tls] = await ask(['--url', `https://127.0.0.1:${port}`])
    const [plain] = await ask(['--url', `http://127.0.0.1:${port}`])

    expect(tls).toMatchObject({
      outcome: 'wrong',
      fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
    expect(plain).toMatchObject({ outcome: 'wrong', fix: 'Write https:// in `url`.' })
  })

  it.each<[string, (fake: FakeOry) => RequestListener, RegExp]>([
    [
      'drops the header of tokens',
      (fake) => (incoming, outgoing) => {
        const { 'x-session-token': _dropped, ...headers } = incoming.headers
        pass(fake, incoming.url, headers, outgoing)
      },
      /drops the header X-Session-Token/,
    ],
    [
      'answers whoami from a cache',
      (fake) => (incoming, outgoing) => {
        const isCached = incoming.url === '/sessions/whoami'
        pass(fake, incoming.url, isCached ? {} : incoming.headers, outgoing)
      },
      /a cache in front of it answers with a refusal/,
    ],
  ])('in a proxy that %s, and not in the session', async (_title, listener, means) => {
    const fake = await world.fake()
    const url = await serve(listener(fake))
    const { token } = fake.signIn()

    const checks = await ask(['--url', url], { ORY_SESSION_TOKEN: token })

    expect(find(checks, 'session')).toMatchObject({
      outcome: 'wrong',
      means: expect.stringMatching(means),
    })
    expect(JSON.stringify(checks)).not.toContain(token)
  })

  it('in a session that has ended, behind a proxy that does nothing', async () => {
    const fake = await world.fake()
    const url = await serve(({ url: path, headers }, reply) => pass(fake, path, headers, reply))
    const person = fake.signIn()
    fake.revoke(person)

    const checks = await ask(['--url', url], { ORY_SESSION_TOKEN: person.token })

    expect(find(checks, 'session').means).toMatch(/it has ended/)
  })

  it('in an admin port, with the address that it sends to', async () => {
    const url = await serve((q, s) => {
      if (q.url === '/admin/health/alive') s.end('{"status":"ok"}')
      else s.writeHead(307, { location: 'https://ory.example/base/sessions/whoami' }).end()
    })
    expect((await ask(['--url', url]))[0]!.fix).toMatch(
      /by default\): https:\/\/ory\.example\/base\. No/,
    )
  })

  it.each<[string, (socket: Socket) => unknown, RegExp]>([
    ['closes', (socket) => socket.resetAndDestroy(), /closes the connection without an answer/],
    ['speaks no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9\r\n'), /speaks no HTTP/],
  ])('in a port that %s, and says not that nothing listens', async (_title, answer, means) => {
    const server = createNetServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => answer(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo

    const [check] = await ask(['--url', `http://127.0.0.1:${port}`])

    expect(check).toMatchObject({ outcome: 'unasked', means: expect.stringMatching(means) })
    expect(check!.means).not.toMatch(/nothing listens/)
    server.close()
  })

  it('in a proxy that compresses what was asked for as it is', async () => {
    const url = await serve((_request, response) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      response.writeHead(401, headers).end(gzipSync('{}'))
    })
    expect((await ask(['--url', url]))[0]).toMatchObject({
      outcome: 'unasked',
      means: expect.stringContaining('compressed although'),
    })
  })

  // By the fault alone: neither a silent name service nor a host without a route can be had here.
  it.each([
    ['EAI_AGAIN', /name service does not answer/],
    ['EHOSTUNREACH', /No route leads/],
    ['ENETUNREACH', /No route leads/],
  ])('in a connection that fails with %s', (code, means) => {
    const finding = findingOfFault('whoami', new Fault('network', code))
    expect(finding).toMatchObject({ outcome: 'unasked', means: expect.stringMatching(means) })
  })

  it('in an Ory that is slower than a request waits, and measures it all the same', async () => {
    const fake = await world.fake()
    const settings = resolveOptions({ url: fake.url, timeoutMs: 100 }, () => undefined)
    fake.fault('late', { delayMs: 200 })

    const checks = await checkOry(settings, { patienceMs: 10_000 })

    const check = find(checks, 'latency')
    expect(check).toMatchObject({ outcome: 'wrong', fix: expect.stringContaining('timeoutMs') })
    expect(check.means).toContain('(100 ms)')
    expect(exitStatus(checks)).toBe(1)
  })

  it('by the default of timeoutMs, though the command itself waits for longer', async () => {
    const fake = await world.fake()
    fake.fault('late', { delayMs: 2_200, times: 1 })

    expect((await askFake(fake))[0]).toMatchObject({ name: 'address', outcome: 'ok' })

    fake.fault('late', { delayMs: 1_100, times: 20 })
    expect(find(await askFake(fake), 'latency')).toMatchObject({
      outcome: 'warning',
      means: expect.stringContaining('(2 s)'),
    })
  }, 60_000)

  it('in a session cookie whose attributes differ from those of the CSRF cookie', async () => {
    const fake = await world.fake()
    const { cookie } = fake.signIn()
    const line = `Set-Cookie: ${cookie}; Path=/; Domain=elsewhere.example; HttpOnly; SameSite=Lax`

    const checks = await askFake(fake, [], { ORY_SESSION_COOKIE: line })

    expect(find(checks, 'session').outcome).toBe('ok')
    expect(find(checks, 'cookie')).toMatchObject({
      outcome: 'wrong',
      came: 'ory_kratos_session; Domain=elsewhere.example; Path=/; SameSite=lax',
    })
    expect(exitStatus(checks)).toBe(1)
  })

  it('in /self-service/ that a proxy hides, and does not take it for a lost cookie', async () => {
    const fake = await world.fake()
    fake.fault(404, { path: 'page' })

    const checks = await askFake(fake)

    expect(find(checks, 'cookie')).toMatchObject({
      outcome: 'warning',
      means: expect.stringContaining('starts no login'),
      fix: expect.stringContaining('/self-service/'),
    })
  })

  it('in a form that goes to another path of the same host', async () => {
    const fake = await world.fake()

    const checks = await askFake(fake, ['--browser-url', `${fake.url}/kratos`])

    expect(find(checks, 'base-url')).toMatchObject({
      outcome: 'wrong',
      means: expect.stringContaining('another path'),
      fix: expect.stringContaining(`\`browserUrl\` to ${fake.url}.`),
    })
  })

  it('in https to a port that speaks plain HTTP', async () => {
    const fake = await world.fake()

    const [check] = await ask(['--url', fake.url.replace('http:', 'https:')])

    expect(check).toMatchObject({ outcome: 'wrong', fix: expect.stringContaining('http://') })
  })

  it('in an address where nobody listens, which cannot be asked', async () => {
    const fake = await world.fake()
    await fake.close()

    const checks = await ask(['--url', fake.url])

    expect(checks[0]).toMatchObject({ outcome: 'unasked', came: 'network: ECONNREFUSED' })
    expect(exitStatus(checks)).toBe(2)
  })
})

describe('ory.check()', () => {
  it('asks what the doctor asks', async () => {
    const fake = await world.fake()
    fake.fault(404, { path: 'ready' })
    const ory = world.instance({ url: fake.url, appUrl: app })

    const checks = await ory.check()

    expect(checks).toEqual(
      (await askFake(fake)).map(({ name }) => expect.objectContaining({ name })),
    )
    expect(find(checks, 'readiness').outcome).toBe('wrong')
  })

  it('never rejects', async () => {
    const ory = world.instance({ url: 'http://127.0.0.1:1' })

    await expect(ory.check()).resolves.toMatchObject([
      { outcome: 'unasked' },
      ...Array(13).fill({}),
    ])
  })
})

it('no check shows a credential, whatever Ory says', async () => {
  for (const kind of [undefined, 'html', 500, 'malformed', '401-html', 'waf'] as const) {
    const fake = await world.fake({ cacheableSessions: true })
    const person = fake.signIn({ traits: { email: 'canary-trait@example.com' } })
    if (kind !== undefined) fake.fault(kind)
    const secrets = [
      person.token,
      person.cookie.slice(person.cookie.indexOf('=') + 1),
      'canary-trait',
      person.session.id,
    ]

    for (const variables of [
      { ORY_SESSION_COOKIE: person.cookie },
      { ORY_SESSION_TOKEN: person.token },
    ]) {
      expect(secretsIn(JSON.stringify(await askFake(fake, [], variables)), secrets)).toEqual([])
    }
  }
})
