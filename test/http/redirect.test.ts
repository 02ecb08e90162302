import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { OptionalSessionPolicy, OrySessionOptions } from '../../lib/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import { expectDenial, sessionMissing, unavailable } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import {
  navigation,
  appUrl,
  readLocation,
  returnTo,
  startRedirecting,
} from '../support/navigation.js'
import type { Headers, Scene, SceneOptions } from '../support/world.js'
import { byCookie, createWorld } from '../support/world.js'

const world = createWorld()
const start = async (scene?: SceneOptions): Promise<Scene> => startRedirecting(world, scene)

interface Row {
  readonly name: string
  readonly policy?: OptionalSessionPolicy
  readonly send: (fake: FakeOry) => Headers
  readonly query: readonly [string, string][]
}

const rows: readonly Row[] = [
  { name: 'no credential', send: () => ({}), query: [] },
  { name: 'an invalid one', send: (fake) => ({ Cookie: `${fake.cookieName}=x` }), query: [] },
  {
    name: 'an AAL that is too low',
    policy: { aal: 'aal2' },
    send: (fake) => byCookie(fake.signIn({ secondFactor: true })),
    query: [['aal', 'aal2']],
  },
  {
    name: 'a login that is too old',
    policy: { maxAgeMs: 1_000 },
    send: (fake) => byCookie(fake.signIn({ authenticatedAgoMs: 2_000 })),
    query: [['refresh', 'true']],
  },
]

describe.each(frameworks)('with redirectToLogin, under $name', (framework) => {
  it.each(rows)("sends a browser to Ory's login for $name", async ({ policy, send, query }) => {
    const { fake, site, get } = await start({ framework, ...(policy && { policy }) })

    const reply = await get({ ...navigation, ...send(fake) }, '/reports/42?tab=a%20b&next=%2Fx')

    expect(reply.status).toBe(303)
    expect(readLocation(reply.headers['location'])).toEqual({
      page: `${fake.url}/self-service/login/browser`,
      query: [['return_to', `${appUrl}/reports/42?tab=a%20b&next=%2Fx`], ...query],
    })
    expect(reply.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-length': '0',
      vary: 'X-Session-Token, Authorization, Cookie',
    })
    expect(reply.text).toBe('')
    expect(site.handled).toBe(0)
    expect(site.visits[0]!.nexts).toEqual([])
  })

  it('sends a HEAD the same way', async () => {
    const { site } = await start({ framework })

    const reply = await request(site.origin).head('/x').set(navigation)

    expect(reply.status).toBe(303)
    expect(returnTo(reply.headers['location'])).toBe(`${appUrl}/x`)
  })

  it('never sends anybody away because Ory is away', async () => {
    const { fake, get } = await start({ framework })
    fake.database.stop()

    expectDenial(await get({ ...navigation, ...byCookie(fake.signIn()) }), unavailable)
  })
})

describe('a prefetch', () => {
  it('is denied, and takes nothing of the redirects of the click that follows', async () => {
    const { get } = await start()
    for (let round = 0; round < 5; round += 1) {
      const reply = await get({ ...navigation, 'Sec-Purpose': 'prefetch' })
      expectDenial(reply, sessionMissing)
      expect(reply.headers).not.toHaveProperty('set-cookie')
    }
    expect((await get(navigation)).status).toBe(303)
  })

  it('gets its page with a session', async () => {
    const { fake, get } = await start()
    await get({ ...navigation, 'Sec-Purpose': 'prefetch', ...byCookie(fake.signIn()) }).expect(200)
  })
})

describe('what counts as a navigation', () => {
  it.each<[string, 'get' | 'post' | 'put', Headers, boolean]>([
    ['a document', 'get', { 'Sec-Fetch-Dest': 'document' }, true],
    [
      'a document, whatever it accepts',
      'get',
      { 'Sec-Fetch-Dest': 'document', Accept: '*/*' },
      true,
    ],
    ['an image', 'get', { 'Sec-Fetch-Dest': 'image', Accept: 'text/html' }, false],
    ['a frame', 'get', { 'Sec-Fetch-Dest': 'iframe', Accept: 'text/html' }, false],
    ['fetch()', 'get', { 'Sec-Fetch-Dest': 'empty', Accept: 'text/html' }, false],
    [
      'a navigation through a service worker',
      'get',
      { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'empty', Accept: 'text/html' },
      true,
    ],
    ['a prefetch', 'get', { ...navigation, 'Sec-Purpose': 'prefetch' }, false],
    ['an old prefetch', 'get', { ...navigation, Purpose: 'prefetch' }, false],
    ['a prefetch of Firefox', 'get', { ...navigation, 'X-Moz': 'prefetch' }, false],
    ['an old browser', 'get', { Accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' }, true],
    ['an old browser in capitals', 'get', { Accept: 'Text/HTML' }, true],
    ['curl', 'get', { Accept: '*/*' }, false],
    ['an API client', 'get', { Accept: 'application/json, text/html' }, false],
    ['a client that says nothing', 'get', { Accept: '' }, false],
    ['a form', 'post', navigation, false],
    ['another method', 'put', navigation, false],
  ])('%s by %s %j: %p', async (_name, method, headers, isNavigation) => {
    const { site } = await start()

    const reply = await request(site.origin)[method]('/').set(headers)

    if (!isNavigation) {
      expectDenial(reply, sessionMissing)
      return
    }
    expect(reply.status).toBe(303)
  })

  it.each<[string, OptionalSessionPolicy, Headers, number]>([
    ['a malformed token header', {}, { 'X-Session-Token': 'a b' }, 400],
    ['a predicate that says no', { allow: () => false }, {}, 403],
  ])('does not matter for %s, which no login mends', async (_name, policy, headers, status) => {
    const { fake, get } = await start({ policy })

    const reply = await get({ ...navigation, ...byCookie(fake.signIn()), ...headers })

    expect(reply.status).toBe(status)
    expect(reply.headers).not.toHaveProperty('location')
  })

  it('does not matter on a route that has not asked for it', async () => {
    const { get } = await start({ policy: { redirectToLogin: false } })

    expectDenial(await get(navigation), sessionMissing)
  })
})

describe('where the login is', () => {
  it.each<[string, OrySessionOptions, string]>([
    ['browserUrl', { browserUrl: 'https://auth.example' }, 'https://auth.example'],
    [
      'browserUrl with a path',
      { browserUrl: 'https://app.example/ory/' },
      'https://app.example/ory',
    ],
  ])('is known by %s', async (_name, options, base) => {
    const { fake, get } = await start({ options, policy: { aal: 'aal2' } })

    const person = fake.signIn({ secondFactor: true })
    const replies = [await get(navigation), await get(byCookie(person))]

    expect(readLocation(replies[0]!.headers['location']).page).toBe(
      `${base}/self-service/login/browser`,
    )
    expect(replies[1]!.body.redirect_browser_to).toBe(`${base}/self-service/login/browser?aal=aal2`)
  })

  it("is not where Ory's own 403 points, when that is not where browsers are meant to go", async () => {
    const { fake, get } = await start({
      fakeOptions: { requiredAal: 'highest_available', publicUrl: 'http://kratos.internal:4433' },
      options: { browserUrl: 'https://auth.example' },
    })

    const reply = await get(byCookie(fake.signIn({ secondFactor: true })))

    expect(reply.status).toBe(403)
    expect(reply.text).not.toContain('kratos.internal')
    expect(reply.body.redirect_browser_to).toBe(
      'https://auth.example/self-service/login/browser?aal=aal2',
    )
  })
})

describe('the option appUrl', () => {
  it('is needed for a policy that redirects', async () => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url })

    expect(() => ory.requireSession({ redirectToLogin: true })).toThrow(/appUrl/)
  })
})
