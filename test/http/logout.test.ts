import { describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { SessionMiddleware, OrySessionOptions } from '../../lib/index.js'
import type { SignedIn } from '../../lib/testing/index.js'
import { expectDenial, malformed, unavailable } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import { form, goesOnTo, startLogout } from '../support/logout-scene.js'
import { appUrl, readLocation } from '../support/navigation.js'
import type { Headers } from '../support/world.js'
import { byBearer, byCookie, byMadeUp, byToken, createWorld } from '../support/world.js'
import { counted } from '../support/counted.js'

const world = createWorld()
const tokens: readonly [string, (signedIn: SignedIn) => Headers][] = [
  ['X-Session-Token', byToken],
  ['Authorization', byBearer],
]

describe.each(frameworks)('logging out under $name', (framework) => {
  it.each(tokens)('ends the session of a token in %s, at Ory and here', async (_name, by) => {
    const { fake, site, get, logOut } = await startLogout(world, { framework })
    const signedIn = fake.signIn()
    await get(by(signedIn)).expect(200)
    const reply = await logOut(by(signedIn))

    expect([reply.status, reply.text]).toEqual([204, ''])
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store' })
    expect(reply.headers).not.toHaveProperty('location')
    expect(fake.session(signedIn).active).toBe(false)
    await get(by(signedIn)).expect(401)
    expect(fake.calls.whoami).toBe(1)
    expect(site.errors).toEqual([])
  })

  it('sends the browser of a cookie to Ory, which sends it back', async () => {
    const { fake, get, logOut, follow } = await startLogout(world, {
      framework,
      link: { returnTo: '/bye?x=1' },
    })
    const signedIn = fake.signIn()
    await get(byCookie(signedIn)).expect(200)
    const reply = await logOut({ ...form, ...byCookie(signedIn) })

    const there = goesOnTo(reply)
    expect(readLocation(there)).toEqual({
      page: `${fake.url}/self-service/logout`,
      query: [
        ['return_to', `${appUrl}/bye?x=1`],
        ['token', expect.stringMatching(/^ory_lo_\w{32}$/)],
      ],
    })
    const back = await follow(there, byCookie(signedIn))
    expect([back.status, back.headers['location']]).toEqual([303, `${appUrl}/bye?x=1`])
    expect(String(back.headers['set-cookie'])).toContain(`${fake.cookieName}=`)
    expect(fake.session(signedIn).active).toBe(false)
    await get(byCookie(signedIn)).expect(401)
  })

  it('is a redirect for a link, and the page for a form that a service worker passes on', async () => {
    const { fake, logOut } = await startLogout(world, { framework })
    const { Origin: _, ...link } = form
    const clicked = await logOut({ ...link, ...byCookie(fake.signIn()) }, 'get')
    expect([clicked.status, clicked.text]).toEqual([303, ''])
    expect(readLocation(clicked.headers['location']).page).toBe(`${fake.url}/self-service/logout`)

    const passedOn = { ...form, 'Sec-Fetch-Dest': 'empty', ...byCookie(fake.signIn()) }
    expect(readLocation(goesOnTo(await logOut(passedOn))).page).toBe(
      `${fake.url}/self-service/logout`,
    )
  })

  it('goes by the method that came where method-override has put another one', async () => {
    const fake = await world.fake({ allowedReturnUrls: [appUrl] })
    const logOut = world.instance({ url: fake.url, appUrl }).logout()
    const site = await world.site(
      (incoming, response, next) => {
        const { method: originalMethod } = incoming
        const method = new URL(String(incoming.url), appUrl).searchParams.get('_method')
        logOut(Object.assign(incoming, { originalMethod, method }), response, next)
      },
      { framework },
    )
    const sent = () => byCookie(fake.signIn())
    const deleted = await request(site.origin)
      .post('/?_method=DELETE')
      .set({ ...form, ...sent() })
    expect(readLocation(goesOnTo(deleted)).page).toBe(`${fake.url}/self-service/logout`)

    // A link of another site, in a browser without Fetch Metadata.
    const clicked = await request(site.origin).get('/?_method=POST').set(sent())
    expectDenial(clicked, { status: 403, code: 'cross_site_request' })
  })

  it('does nothing for a prefetch of a link', async () => {
    const { fake, get, logOut } = await startLogout(world, { framework })
    const headers = byCookie(fake.signIn())
    const { Origin: _, ...link } = form
    for (const [name, value] of [
      ['Sec-Purpose', 'prefetch'],
      ['Purpose', 'prefetch'],
      ['X-Moz', 'prefetch'],
    ] as const) {
      const reply = await logOut({ ...link, ...headers, [name]: value }, 'get')
      expect([reply.status, reply.text]).toEqual([503, ''])
      expect(reply.headers['cache-control']).toBe('no-store')
    }
    expect(fake.calls.all).toEqual([])
    await get(headers).expect(200)
  })

  it('ends the session also at an Ory that refuses the way back', async () => {
    const fake = await world.fake({ allowedReturnUrls: [] })
    const ory = world.instance({ url: fake.url, appUrl })
    const site = await world.site(ory.logout(), { framework })
    const signedIn = fake.signIn()
    const reply = await request(site.origin)
      .post('/')
      .set({ ...form, ...byCookie(signedIn) })
    const there = new URL(goesOnTo(reply))
    await request(there.origin).get(`${there.pathname}${there.search}`).set(byCookie(signedIn))

    expect(fake.session(signedIn).active).toBe(false)
  })

  it('says nothing of a body that another has prepared', async () => {
    const fake = await world.fake({ allowedReturnUrls: [appUrl] })
    const ory = world.instance({ url: fake.url, appUrl })
    const before: SessionMiddleware[] = [
      (_request, response, next) => {
        response.setHeader('Content-Encoding', 'gzip')
        response.setHeader('Content-Length', 7)
        next()
      },
    ]
    const site = await world.site(ory.logout(), { framework, before })
    const post = (headers: Headers) => request(site.origin).post('/').set(headers)
    const script = await post({ 'Sec-Fetch-Site': 'same-origin', ...byCookie(fake.signIn()) })
    expect(script.body).toEqual({ redirect_browser_to: expect.any(String) })
    const token = await post(byToken(fake.signIn()))
    expect([token.status, token.headers['content-length']]).toEqual([204, undefined])
    expect(token.headers['content-encoding']).toBeUndefined()
  })

  it('answers a script with the link', async () => {
    const { fake, logOut } = await startLogout(world, { framework })
    const script = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Dest': 'empty' }
    const reply = await logOut({ ...script, ...byCookie(fake.signIn()) })

    expect(reply.status).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    })
    const { redirect_browser_to: link, ...others } = reply.body as Record<string, unknown>
    expect(readLocation(link).page).toBe(`${fake.url}/self-service/logout`)
    expect(others).toEqual({})
  })

  it('is refused to a form of another site', async () => {
    const { fake, get, logOut } = await startLogout(world, { framework })
    const headers = byCookie(fake.signIn())
    await get(headers).expect(200)
    const reply = await logOut({
      ...form,
      ...headers,
      'Sec-Fetch-Site': 'cross-site',
      Origin: 'https://evil.example',
    })

    expectDenial(reply, { status: 403, code: 'cross_site_request' })
    expect(fake.calls.all.map(({ route }) => route)).toEqual(['whoami'])
    await get(headers).expect(200)
  })

  it.each([
    ['token', byToken],
    ['cookie', byCookie],
  ] as const)('is a 503 while there is no database, by %s', async (_name, by) => {
    const { fake, get, logOut } = await startLogout(world, { framework })
    const headers = by(fake.signIn())
    await get(headers).expect(200)
    fake.database.stop()

    expectDenial(await logOut({ ...form, ...headers }), unavailable)
    await get(headers).expect(200)
    expect(fake.calls.whoami).toBe(1)
  })
})

describe('what is known of the session', () => {
  it.each([
    ['cookie', byCookie, [byToken, byBearer]],
    ['token', byToken, [byCookie]],
  ] as const)('is forgotten, by its other credentials too: %s', async (_name, by, others) => {
    const { fake, get, logOut } = await startLogout(world)
    const signedIn = fake.signIn()
    for (const one of [by, ...others]) await get(one(signedIn)).expect(200)
    fake.revoke(signedIn)
    const before = fake.calls.whoami
    await logOut({ ...form, ...by(signedIn) })

    await get(by(signedIn)).expect(401)
    expect(fake.calls.whoami).toBe(before)
    for (const one of others) await get(one(signedIn)).expect(401)
  })

  it('is no longer good for a browser that has not been to Ory yet', async () => {
    const { fake, get, logOut } = await startLogout(world)
    const signedIn = fake.signIn()
    await get(byCookie(signedIn)).expect(200)
    goesOnTo(await logOut({ ...form, ...byCookie(signedIn) }))

    expect(fake.session(signedIn).active).toBe(true)
    await get(byCookie(signedIn)).expect(401)
    expect(fake.calls.whoami).toBe(1)
  })

  it('stays for everybody else, and for other sessions of the same person', async () => {
    const { fake, get, logOut } = await startLogout(world)
    const signedIn = fake.signIn()
    const elsewhere = fake.signIn({ identityId: signedIn.session.identity.id })
    const bob = fake.signIn()
    for (const one of [elsewhere, bob]) await get(byToken(one)).expect(200)
    await logOut(byToken(signedIn)).expect(204)

    for (const one of [elsewhere, bob]) await get(byToken(one)).expect(200)
    expect(fake.calls.whoami).toBe(2)
  })

  it('is not brought back by an answer that was under way', async () => {
    const { fake, site, get, logOut } = await startLogout(world)
    const signedIn = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const waiting = get(byToken(signedIn)).then(({ status }) => status)
    await site.arrived(1)
    await fake.calls.waitFor(1)
    await logOut(byToken(signedIn)).expect(204)
    held.heal()

    expect(await waiting).toBe(401)
    await get(byToken(signedIn)).expect(401)
  })

  it('is forgotten although the client has gone meanwhile', async () => {
    const { fake, site, get, logOut } = await startLogout(world)
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    const held = fake.fault('held', { path: 'logout' })
    const leaving = logOut(byToken(signedIn))
    leaving.end(() => undefined)
    await fake.calls.waitFor(1, 'logout')
    leaving.abort()
    held.heal()
    while ((await get(byToken(signedIn))).status !== 401);

    expect(fake.session(signedIn).active).toBe(false)
    expect(site.errors).toEqual([])
  })
})

describe('a logout that is asked for twice', () => {
  it.each([
    ['token', byToken],
    ['cookie', byCookie],
  ] as const)('at once gets the same answer twice, by %s', async (_name, by) => {
    const { fake, logOut } = await startLogout(world)
    const headers = { ...form, ...by(fake.signIn()) }
    const held = fake.fault('held', { path: 'logout' })
    const first = logOut(headers).then(({ status }) => status)
    await fake.calls.waitFor(1, 'logout')
    const second = logOut(headers).then(({ status }) => status)
    held.heal()
    const statuses = await Promise.all([first, second])

    expect(new Set(statuses).size).toBe(1)
    expect([204, 200]).toContain(statuses[0])
  })

  it('one after the other says the same, by token', async () => {
    const { fake, logOut } = await startLogout(world)
    const headers = byToken(fake.signIn())

    expect((await logOut(headers)).status).toBe(204)
    expect((await logOut(headers)).status).toBe(204)
  })

  it('one after the other still leads a browser to Ory, which it may never have reached', async () => {
    const { fake, logOut } = await startLogout(world)
    const headers = { ...form, ...byCookie(fake.signIn()) }
    const locations = [goesOnTo(await logOut(headers)), goesOnTo(await logOut(headers))]

    for (const location of locations) {
      expect(readLocation(location).page).toBe(`${fake.url}/self-service/logout`)
    }
  })
})

describe('a logout that has nothing to end', () => {
  const nothing: readonly [string, (cookieName: string) => Headers, number][] = [
    ['no credential', () => ({}), 0],
    ['a cookie that is none', (name) => ({ Cookie: `${name}=a b` }), 0],
    ['a session that is over', (name) => ({ Cookie: `${name}=garbage` }), 1],
    ['a token that is none', () => ({ 'X-Session-Token': 'eyJ.a.b' }), 0],
  ]

  it.each(nothing)('goes on for %s', async (_name, headers, calls) => {
    const { fake, logOut } = await startLogout(world, { link: { returnTo: '/bye' } })
    const reply = await logOut({ ...form, ...headers(fake.cookieName) })

    expect(goesOnTo(reply)).toBe(`${appUrl}/bye`)
    expect(fake.calls.all.filter(({ route }) => route === 'logout')).toHaveLength(calls)
  })

  it('is a 204 for a token that no session has', async () => {
    const { fake, logOut } = await startLogout(world)

    await logOut(byMadeUp()).expect(204)
    expect(fake.calls.last?.path).toBe('/self-service/logout/api')
  })

  it('leads to the start page when nothing is said', async () => {
    const { logOut } = await startLogout(world)

    expect(goesOnTo(await logOut(form))).toBe(`${appUrl}/`)
  })

  it('is a 204 where it is not known what this application is to browsers', async () => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url })
    const site = await world.site(ory.logout())
    const reply = await request(site.origin).post('/').set(form)

    expect([reply.status, reply.text]).toEqual([204, ''])
  })

  it('leaves it to Ory where the browser goes then, too', async () => {
    const fake = await world.fake()
    const ory = world.instance({ url: fake.url })
    const site = await world.site(ory.logout())
    const headers = { ...form, Origin: site.origin, ...byCookie(fake.signIn()) }
    const reply = await request(site.origin).post('/').set(headers)

    expect(readLocation(goesOnTo(reply)).query.map(([name]) => name)).toEqual(['token'])
  })
})

describe('who may log somebody out', () => {
  const evil = 'https://evil.example'
  const rows: readonly [string, OrySessionOptions, 'get' | 'post', Headers, number][] = [
    ['a form of the same origin', {}, 'post', {}, 200],
    ['a form of the same site', {}, 'post', { 'Sec-Fetch-Site': 'same-site' }, 200],
    ['a link of the same origin', {}, 'get', {}, 303],
    ['an address that was typed', {}, 'get', { 'Sec-Fetch-Site': 'none' }, 303],
    ['a link of another site', {}, 'get', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    [
      'an image of another site',
      {},
      'get',
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'image' },
      403,
    ],
    [
      'a form of a trusted site',
      { trustedOrigins: ['https://partner.example'] },
      'post',
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://partner.example' },
      200,
    ],
    [
      'anybody, with the check turned off',
      { crossSite: 'allow' },
      'post',
      { 'Sec-Fetch-Site': 'cross-site', Origin: evil },
      200,
    ],
  ]

  it.each(rows)('%s: %j %s %j', async (_name, options, method, headers, status) => {
    const { fake, ory, logOut } = await startLogout(world, { options })
    const { Origin, ...link } = form
    const sent = { ...(method === 'get' ? link : { Origin, ...link }), ...headers }
    const reply = await logOut({ ...sent, ...byCookie(fake.signIn()) } as Headers, method)

    expect(reply.status).toBe(status)
    expect(counted(ory.stats().denials)).toEqual(status === 403 ? { cross_site_request: 1 } : {})
    expect(fake.calls.all).toHaveLength(status === 403 ? 0 : 1)
  })

  it.each<[string, 'get' | 'post', Headers, number]>([
    ['a form of the own origin', 'post', { Origin: appUrl }, 200],
    ['a form of another origin', 'post', { Origin: evil }, 403],
    ['a form of no origin', 'post', { Origin: 'null' }, 403],
    ['a client that is no browser', 'post', {}, 200],
    ['a link, which could be anywhere', 'get', {}, 403],
  ])('%s, by a browser without Fetch Metadata', async (_name, method, headers, status) => {
    const { fake, logOut } = await startLogout(world)
    const old = { Accept: 'text/html', ...byCookie(fake.signIn()) }

    expect((await logOut({ ...old, ...headers }, method)).status).toBe(status)
  })

  it.each(tokens)('nobody does it for a token from another site: %s', async (_name, by) => {
    const { fake, logOut } = await startLogout(world)
    const foreign = { 'Sec-Fetch-Site': 'cross-site', Origin: evil }

    expect((await logOut({ ...foreign, ...by(fake.signIn()) })).status).toBe(204)
  })

  it('answers 400 for a malformed token header', async () => {
    const { fake, logOut } = await startLogout(world)

    expectDenial(await logOut({ 'X-Session-Token': 'a b' }), malformed)
    expect(fake.calls.all).toEqual([])
  })
})

describe('where a logout leads', () => {
  it.each([
    ['/bye', '/bye'],
    ['bye', '/bye'],
    ['', '/'],
    ['//evil.example', '/evil.example'],
    ['/\\evil.example', '/evil.example'],
    ['https://evil.example', '/'],
    ['https://evil.example/path?q#f', '/path?q#f'],
    ['javascript:alert(1)', '/javascript:alert(1)'],
    ['\t//evil.example', '/evil.example'],
    ['/a\r\nSet-Cookie: x=y', '/aSet-Cookie:%20x=y'],
    [`/${'a'.repeat(6_000)}`, '/'],
    [`/a?${'a'.repeat(6_000)}`, '/a'],
  ])('is never elsewhere: %j', async (returnTo, path) => {
    const { fake, logOut } = await startLogout(world, { link: { returnTo } })
    const [ended, nothing] = [
      await logOut({ ...form, ...byCookie(fake.signIn()) }),
      await logOut(form),
    ]

    expect(Object.fromEntries(readLocation(goesOnTo(ended)).query)).toEqual({
      token: expect.any(String),
      return_to: `${appUrl}${path}`,
    })
    expect(goesOnTo(nothing)).toBe(`${appUrl}${path}`)
  })

  it('is Ory as browsers reach it', async () => {
    const options = { browserUrl: 'https://auth.example/ory/' }
    const { fake, logOut } = await startLogout(world, { options })
    const reply = await logOut({ ...form, ...byCookie(fake.signIn()) })

    expect(readLocation(goesOnTo(reply)).page).toBe('https://auth.example/ory/self-service/logout')
  })

  it.each<[string, unknown]>([
    ['another key', { returnto: '/' }],
    ['no object', '/bye'],
    ['no text', { returnTo: 7 }],
  ])('is checked when the handler is made: %s', async (_name, link) => {
    const ory = world.instance({ url: 'http://127.0.0.1:1', appUrl })

    expect(() => ory.logout(link as object)).toThrow(TypeError)
  })

  it('needs appUrl', () => {
    const ory = world.instance({ url: 'http://127.0.0.1:1' })

    expect(() => ory.logout({ returnTo: '/bye' })).toThrow(/appUrl/)
  })
})
