import { describe, expect, it } from '@jest/globals'
import { getSession } from '../../lib/index.js'
import type { SessionMiddleware, OrySessionOptions } from '../../lib/index.js'
import { frameworks } from '../support/frameworks.js'
import { showSession } from '../support/site.js'
import { byCookie, byToken, createWorld } from '../support/world.js'

const world = createWorld()
const vary = 'X-Session-Token, Authorization, Cookie'

const setHeader =
  (name: string, value: string | string[]): SessionMiddleware =>
  (_request, response, next) => {
    response.setHeader(name, value)
    next()
  }

describe.each(frameworks)('a live session under $name', (framework) => {
  it.each([
    ['token', byToken],
    ['cookie', byCookie],
    ['bearer', ({ token }: { token: string }) => ({ Authorization: `Bearer ${token}` })],
  ])('reaches the handler as Ory described it, by %s', async (_name, carry) => {
    const { fake, site, get } = await world.start({ framework })
    const traits = { email: 'ada@example.com', name: { first: 'Ada' } }
    const signedIn = fake.signIn({ traits, metadataPublic: { role: 'admin' } })

    const reply = await get(carry(signedIn))

    expect(reply.status).toBe(200)
    expect(reply.body).toEqual({ session: JSON.parse(JSON.stringify(signedIn.session)) })
    expect(reply.headers).toMatchObject({ vary, 'cache-control': 'private, no-store' })
    expect(reply.headers).not.toHaveProperty('www-authenticate')
    expect(site.handled).toBe(1)
    expect(getSession(site.visits[0]!.request)?.id).toBe(signedIn.session.id)
  })

  it('goes on at once when the session is in memory, and calls Ory once', async () => {
    const { fake, site, get } = await world.start({ framework })
    const headers = byToken(fake.signIn())

    await get(headers).expect(200)
    await get(headers).expect(200)

    expect(site.visits.map(({ nexts }) => nexts)).toEqual([
      [{ error: undefined, isSynchronous: false }],
      [{ error: undefined, isSynchronous: true }],
    ])
    expect(fake.calls.whoami).toBe(1)
  })

  it('is there for a HEAD too', async () => {
    const { fake, site } = await world.start({ framework })
    const head = await fetch(site.origin, { method: 'HEAD', headers: byToken(fake.signIn()) })

    expect(head.status).toBe(200)
    expect(site.handled).toBe(1)
  })

  it.each([
    ['no credential', undefined],
    ['a refused one', 'ory_st_unknown'],
  ])('is optional where the route says so: %s', async (_name, token) => {
    const { site, get } = await world.start({ framework, isOptional: true })

    const reply = await get(token === undefined ? {} : { 'X-Session-Token': token })

    expect(reply.status).toBe(200)
    expect(reply.body).toEqual({ session: null })
    expect(reply.headers['vary']).toBe(vary)
    expect(reply.headers).not.toHaveProperty('cache-control')
    expect(getSession(site.visits[0]!.request)).toBeUndefined()
  })

  it('is attached on an optional route when there is one', async () => {
    const { fake, get } = await world.start({ framework, isOptional: true })
    const { session, cookie } = fake.signIn()

    const reply = await get({ Cookie: cookie })

    expect(reply.body.session.id).toBe(session.id)
  })
})

describe('an optional route', () => {
  it.each<[string, (fake: { signIn(): { token: string; cookie: string } }) => object, number]>([
    ['a malformed token header', () => ({ 'X-Session-Token': 'a b' }), 400],
    ['an AAL that is too low', (fake) => byToken(fake.signIn()), 403],
  ])('denies %s all the same', async (_name, send, status) => {
    const { fake, site, get } = await world.start({ isOptional: true, policy: { aal: 'aal2' } })

    await get(send(fake) as Record<string, string>).expect(status)

    expect(site.handled).toBe(0)
  })
})

describe('the headers of an authenticated response', () => {
  it.each<[string, string | string[], string]>([
    ['another name', 'Accept-Encoding', `Accept-Encoding, ${vary}`],
    ['one of ours in other letters', 'cookie', 'cookie, X-Session-Token, Authorization'],
    [
      'all of ours',
      'COOKIE,authorization , x-session-token',
      'COOKIE,authorization , x-session-token',
    ],
    ['several headers', ['Origin', 'Cookie'], 'Origin, Cookie, X-Session-Token, Authorization'],
    ['a star', '*', '*'],
    ['a star among others', 'Origin, *', 'Origin, *'],
  ])('append to a Vary of %s', async (_name, before, expected) => {
    const { fake, get } = await world.start({ before: [setHeader('Vary', before)] })

    const replies = [await get(byToken(fake.signIn())), await get()]

    for (const { headers } of replies) {
      expect((headers['vary'] as string).replaceAll(/\s*,\s*/g, ', ')).toBe(
        expected.replaceAll(/\s*,\s*/g, ', '),
      )
    }
  })

  it.each<[NonNullable<OrySessionOptions['sources']>, string]>([
    [['cookie'], 'Cookie'],
    [['bearer', 'x-session-token'], 'Authorization, X-Session-Token'],
  ])('vary by the sources %j alone', async (sources, expected) => {
    const { get } = await world.start({ options: { sources } })

    expect((await get()).headers['vary']).toBe(expected)
  })

  it.each<[string, OrySessionOptions['cacheControl'], SessionMiddleware[], string | undefined]>([
    ['the default', undefined, [], 'private, no-store'],
    ['the option', 'private, max-age=5', [], 'private, max-age=5'],
    [
      'what middleware before has set',
      undefined,
      [setHeader('Cache-Control', 'no-store')],
      'no-store',
    ],
    ['nothing, when switched off', false, [], undefined],
  ])('have for Cache-Control %s', async (_name, cacheControl, before, expected) => {
    const options = cacheControl === undefined ? {} : { cacheControl }
    const { fake, get } = await world.start({ options, before })

    const reply = await get(byToken(fake.signIn())).expect(200)

    expect(reply.headers['cache-control']).toBe(expected)
  })

  it('leave the last word on Cache-Control to the handler', async () => {
    const { fake, get } = await world.start({
      handler(request, response) {
        response.setHeader('Cache-Control', 'private, max-age=60')
        showSession(request, response)
      },
    })

    const reply = await get(byToken(fake.signIn()))

    expect(reply.headers['cache-control']).toBe('private, max-age=60')
  })
})
