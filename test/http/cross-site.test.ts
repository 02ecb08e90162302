import { describe, expect, it } from '@jest/globals'
import type { OrySessionOptions } from '../../lib/index.js'
import { expectDenial } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import { sendRaw } from '../support/raw.js'
import { createWorld } from '../support/world.js'

const world = createWorld()

const own = 'https://app.example'
const evil = 'https://evil.example'
const partner = 'https://partner.example'
const withOrigin: OrySessionOptions = { appUrl: own }
const trusting: OrySessionOptions = { appUrl: own, trustedOrigins: [partner] }

interface Row {
  readonly name: string
  readonly options?: OrySessionOptions
  readonly method?: string
  readonly headers: readonly string[]
  readonly isRefused: boolean
}

const site = (value: string): string => `Sec-Fetch-Site: ${value}`
const origin = (value: string): string => `Origin: ${value}`

const rows: readonly Row[] = [
  ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({
    name: `${method} from another site`,
    method,
    headers: [site('cross-site')],
    isRefused: true,
  })),
  ...['GET', 'HEAD', 'OPTIONS'].map((method) => ({
    name: `${method} from another site`,
    method,
    headers: [site('cross-site'), origin(evil)],
    isRefused: false,
  })),
  ...['same-origin', 'same-site', 'none'].map((value) => ({
    name: `POST that is ${value}`,
    headers: [site(value)],
    isRefused: false,
  })),
  { name: 'POST of no browser', headers: [], isRefused: false },
  {
    name: 'POST of no browser, appUrl given',
    options: withOrigin,
    headers: [],
    isRefused: false,
  },
  { name: 'an unknown kind of site', headers: [site('elsewhere')], isRefused: true },
  { name: 'no kind of site at all', headers: [site('')], isRefused: true },
  {
    name: 'the own origin, without Fetch Metadata',
    options: withOrigin,
    headers: [origin(own)],
    isRefused: false,
  },
  {
    name: 'another origin, without Fetch Metadata',
    options: withOrigin,
    headers: [origin(evil)],
    isRefused: true,
  },
  {
    name: 'an opaque origin, without Fetch Metadata',
    options: withOrigin,
    headers: [origin('null')],
    isRefused: true,
  },
  {
    name: 'an opaque origin, without Fetch Metadata and appUrl',
    headers: [origin('null')],
    isRefused: true,
  },
  {
    name: 'another origin, without Fetch Metadata and appUrl',
    headers: [origin(evil)],
    isRefused: true,
  },
  {
    name: 'the host that was asked for, without Fetch Metadata and appUrl',
    headers: [origin('http://localhost:3000'), 'Host: localhost:3000'],
    isRefused: false,
  },
  ...[
    ['https://app.example', 'app.example:443'],
    ['http://intranet', 'intranet:80'],
    ['https://app.example', 'APP.example'],
    ['http://[::1]:3000', '[0:0:0:0:0:0:0:1]:3000'],
  ].map(([from, host]) => ({
    name: `the host that was asked for, written as ${host!}`,
    headers: [origin(from!), `Host: ${host!}`],
    isRefused: false,
  })),
  ...[
    [evil, 'app.example:443'],
    ['https://app.example:8443', 'app.example:443'],
    ['http://app.example', 'app.example:443'],
    ['capacitor://localhost', 'localhost'],
  ].map(([from, host]) => ({
    name: `${from!}, which is not ${host!}`,
    headers: [origin(from!), `Host: ${host!}`],
    isRefused: true,
  })),
  ...['capacitor://localhost', 'chrome-extension://abcdef', 'https://partner.example:443'].map(
    (from) => ({
      name: `${from} that is trusted`,
      options: { appUrl: own, trustedOrigins: [from] },
      headers: [site('cross-site'), origin(from.replace(/:443$/, ''))],
      isRefused: false,
    }),
  ),
  {
    name: 'the host that was asked for, from another site all the same',
    headers: [site('cross-site'), origin('http://localhost:3000'), 'Host: localhost:3000'],
    isRefused: true,
  },
  {
    name: 'the host that was asked for, which is not appUrl',
    options: withOrigin,
    headers: [origin(evil), 'Host: evil.example'],
    isRefused: true,
  },
  {
    name: 'the same host by another scheme',
    options: withOrigin,
    headers: [origin('http://app.example')],
    isRefused: true,
  },
  {
    name: 'the same host on another port',
    options: withOrigin,
    headers: [origin('https://app.example:8443')],
    isRefused: true,
  },
  {
    name: 'an origin that begins like the own one',
    options: withOrigin,
    headers: [origin('https://app.example.evil.example')],
    isRefused: true,
  },
  {
    name: 'a trusted origin from another site',
    options: trusting,
    headers: [site('cross-site'), origin(partner)],
    isRefused: false,
  },
  {
    name: 'a trusted origin, without Fetch Metadata',
    options: trusting,
    headers: [origin(partner)],
    isRefused: false,
  },
  {
    name: 'a trusted origin with its default port written out',
    options: trusting,
    headers: [site('cross-site'), origin(`${partner}:443`)],
    isRefused: false,
  },
  {
    name: 'another origin beside a trusted one',
    options: trusting,
    headers: [site('cross-site'), origin(evil)],
    isRefused: true,
  },
  {
    name: 'another site, switched off',
    options: { crossSite: 'allow' },
    headers: [site('cross-site'), origin(evil)],
    isRefused: false,
  },
  {
    name: 'a method of which nobody has heard',
    method: 'PURGE',
    headers: [site('cross-site')],
    isRefused: true,
  },
]

describe('a request with a cookie', () => {
  it.each(rows)('is refused or not: $name', async (row) => {
    const { options = {}, method = 'POST', headers, isRefused } = row
    const { fake, site: app } = await world.start({ options })
    const { cookie } = fake.signIn()

    const reply = await sendRaw(app.port, '/', [`Cookie: ${cookie}`, ...headers], method)

    expect(reply.status).toBe(isRefused ? 403 : 200)
    expect(fake.calls.whoami).toBe(isRefused ? 0 : 1)
    expect(app.handled).toBe(isRefused ? 0 : 1)
  })

  it('is refused from memory too', async () => {
    const { fake, site: app } = await world.start()
    const cookie = `Cookie: ${fake.signIn().cookie}`
    expect((await sendRaw(app.port, '/', [cookie])).status).toBe(200)

    const reply = await sendRaw(app.port, '/', [cookie, site('cross-site')], 'POST')

    expectDenial(reply, { status: 403, code: 'cross_site_request' })
    expect(app.handled).toBe(1)
  })

  it('is refused on an optional route too, rather than run as somebody else', async () => {
    const { fake, site: app } = await world.start({ isOptional: true })
    const cookie = `Cookie: ${fake.signIn().cookie}`

    const reply = await sendRaw(app.port, '/', [cookie, site('cross-site')], 'POST')

    expectDenial(reply, { status: 403, code: 'cross_site_request' })
  })

  it('is not let in by a method that a header claims', async () => {
    const { fake, site: app } = await world.start()
    const headers = [
      `Cookie: ${fake.signIn().cookie}`,
      site('cross-site'),
      'X-HTTP-Method-Override: GET',
    ]

    expect((await sendRaw(app.port, '/?_method=GET', headers, 'POST')).status).toBe(403)
  })

  it.each([
    ['GET', 'POST'],
    ['POST', 'GET'],
    ['OPTIONS', 'DELETE'],
  ])('is refused if method-override made %s of %s', async (method, originalMethod) => {
    const { fake, ory } = await world.start()
    const guard = ory.requireSession()
    const app = await world.site((request, response, next) => {
      guard(Object.assign(request, { method, originalMethod }), response, next)
    })

    const reply = await sendRaw(app.port, '/', [
      `Cookie: ${fake.signIn().cookie}`,
      site('cross-site'),
    ])

    expectDenial(reply, { status: 403, code: 'cross_site_request' })
    expect(app.handled).toBe(0)
  })
})

describe('a request without a cookie', () => {
  it.each(['X-Session-Token: ', 'Authorization: Bearer '])(
    'comes from no form of another site: %s',
    async (header) => {
      const { fake, site: app } = await world.start()
      const { token, cookie } = fake.signIn()
      const headers = [`${header}${token}`, `Cookie: ${cookie}`, site('cross-site'), origin(evil)]

      expect((await sendRaw(app.port, '/', headers, 'POST')).status).toBe(200)
    },
  )

  it('learns that the credential is missing', async () => {
    const { site: app } = await world.start()

    expect((await sendRaw(app.port, '/', [site('cross-site')], 'POST')).status).toBe(401)
  })
})

describe('what a proxy or a client says of the request', () => {
  const claims: readonly (readonly string[])[] = [
    [],
    ['Host: elsewhere.example'],
    ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https'],
    ['Forwarded: host=evil.example;proto=https'],
    ['X-Original-URL: /public', 'X-Rewrite-URL: /public'],
    ['X-HTTP-Method-Override: GET'],
    ['X-Requested-With: XMLHttpRequest'],
    ['Referer: https://app.example/'],
  ]

  it.each(frameworks)('changes no decision under $name', async (framework) => {
    for (const options of [{}, withOrigin]) {
      const { fake, site: app } = await world.start({ framework, options })
      const cookie = `Cookie: ${fake.signIn().cookie}`
      for (const claim of claims) {
        const statusOf = async (method: string, ...lines: string[]): Promise<number> =>
          (await sendRaw(app.port, '/', [...lines, ...claim], method)).status
        expect([
          await statusOf('GET'),
          await statusOf('GET', cookie),
          await statusOf('POST', cookie, site('cross-site')),
          await statusOf('POST', cookie, site('same-origin')),
          await statusOf('POST', cookie, origin(evil)),
        ]).toEqual([401, 200, 403, 200, 403])
      }
    }
  })
})
