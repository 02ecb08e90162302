import { describe, expect, it } from '@jest/globals'
import type { Fault } from '../support/faults.js'
import { upstreamText } from '../support/faults.js'
import { expectDenial, unavailable } from '../support/denial.js'
import { form, startLogout } from '../support/logout-scene.js'
import { byCookie, byToken, createWorld } from '../support/world.js'

const world = createWorld()
const json = { 'Content-Type': 'application/json' }
const page = { 'Content-Type': 'text/html' }
const says = (body: unknown, status = 200): Fault => [
  { status, headers: json, body: typeof body === 'string' ? body : (body as object) },
]

const anyRoute: Readonly<Record<string, Fault>> = {
  'no answer': ['silent'],
  'a late answer': ['late', { delayMs: 5_000 }],
  'a reset': ['reset'],
  'no database': ['database'],
  'a broken database': ['database-broken'],
  "a firewall's 403": [{ status: 403, headers: page, body: '<h1>Request blocked</h1>' }],
  "somebody else's 403": says({ message: upstreamText }, 403),
  ...Object.fromEntries(
    [201, 206, 302, 303, 400, 404, 405, 429, 500, 502, 503].map((status): [string, Fault] => [
      `status ${status}`,
      [status],
    ]),
  ),
}

const cookieFaults: Readonly<Record<string, Fault>> = {
  ...anyRoute,
  'half an answer': ['truncated'],
  'a drip of bytes': ['drip', { delayMs: 20 }],
  'status 204': [204],
  'an HTML page': ['html'],
  'half of the JSON': ['malformed'],
  'no token': says({ logout_url: 'https://evil.example/' }),
  'an empty token': says({ logout_token: '' }),
  'a token that is no text': says({ logout_token: ['x'] }),
  null: says('null'),
  'a mebibyte': ['oversized'],
  "a proxy's own 401": ['401-html'],
  "a 401 that is not Ory's": says({ message: upstreamText }, 401),
  'a 403': says({ error: { code: 403, message: upstreamText } }, 403),
}

const tokenFaults: Readonly<Record<string, Fault>> = {
  ...anyRoute,
  'status 200': [200],
  'status 401': [401],
}

describe('while Ory gives no answer to a logout', () => {
  it.each(Object.entries(cookieFaults))('a cookie stays signed in: %s', async (_name, fault) => {
    const { fake, ory, get, logOut } = await startLogout(world, { options: { timeoutMs: 1_000 } })
    const signedIn = fake.signIn()
    await get(byCookie(signedIn)).expect(200)
    fake.fault(fault[0], { ...fault[1], path: 'logout' })
    const reply = await logOut({ ...form, ...byCookie(signedIn) })

    expectDenial(reply, unavailable)
    expect(reply.text).not.toContain(upstreamText)
    expect(ory.stats().denials.authentication_unavailable).toBe(1)
    await get(byCookie(signedIn)).expect(200)
    expect(fake.calls.whoami).toBe(1)
  })

  it.each(Object.entries(tokenFaults))('a token stays signed in: %s', async (_name, fault) => {
    const { fake, get, logOut } = await startLogout(world, { options: { timeoutMs: 1_000 } })
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    fake.fault(fault[0], { ...fault[1], path: 'logout' })

    expectDenial(await logOut(byToken(signedIn)), unavailable)
    await get(byToken(signedIn)).expect(200)
    expect(fake.calls.whoami).toBe(1)
  })

  it('believes a 401 to a cookie from an Ory that is ready alone', async () => {
    const { fake, clock, logOut } = await startLogout(world)
    const headers = { ...form, ...byCookie(fake.signIn()) }
    fake.fault(401, { path: 'logout' })
    fake.fault(503, { path: 'ready', times: 1 })

    expectDenial(await logOut(headers), unavailable)
    // A readiness answer of the last second counts for the cookie of an unknown caller.
    clock.advance(1_001)
    expect((await logOut(headers)).status).toBe(200)
    expect(fake.calls.ready).toBe(2)
  })

  it('nobody else is kept out, and a session that was revoked gets no grace', async () => {
    const { fake, ory, clock, get, logOut } = await startLogout(world, {
      options: { staleIfErrorMs: 60_000, refreshAhead: false },
    })
    const people = Array.from({ length: 5 }, () => fake.signIn())
    for (const person of people) await get(byToken(person)).expect(200)
    clock.advance(10_000)
    fake.fault(500, { path: 'logout' })
    for (const person of people.slice(0, 3))
      expectDenial(await logOut(byToken(person)), unavailable)
    // Their own breaker is open by now, so Ory is not asked.
    const before = fake.calls.all.length
    expectDenial(await logOut(byToken(people[3]!)), unavailable)
    expect(fake.calls.all).toHaveLength(before)

    fake.revoke(people[4]!)
    const { error } = await ory.authenticate({ headers: byToken(people[4]!) })
    expect(error?.code).toBe('session_invalid')
    await get(byToken(people[3]!)).expect(200)
    await get(byToken(fake.signIn())).expect(200)
  })

  it('says so when the instance has been closed', async () => {
    const { fake, ory, logOut } = await startLogout(world)
    const signedIn = fake.signIn()
    await ory.close()

    expectDenial(await logOut(byToken(signedIn)), unavailable)
    expectDenial(await logOut({ ...form, ...byCookie(signedIn) }), unavailable)
  })

  it('hands the denial to the code that takes denials over', async () => {
    const taken: unknown[] = []
    const { fake, logOut } = await startLogout(world, {
      options: {
        onDenied(error, _request, response) {
          taken.push(error.code)
          response.statusCode = 599
          response.end()
        },
      },
    })
    fake.fault(500, { path: 'logout' })

    expect((await logOut(byToken(fake.signIn()))).status).toBe(599)
    expect(taken).toEqual(['authentication_unavailable'])
  })

  it('sends one credential and nothing else of the request', async () => {
    const { fake, logOut } = await startLogout(world, {
      options: { upstreamHeaders: { 'x-edge': 'on' } },
    })
    const { cookie, token } = fake.signIn()
    await logOut({ ...form, Cookie: `theme=dark; ${cookie}; lang=de`, 'X-Other': 'secret' })
    const { headers } = fake.calls.last!

    expect(headers).toMatchObject({ cookie, accept: 'application/json', 'x-edge': 'on' })
    expect(headers).not.toHaveProperty('x-other')
    expect(headers).not.toHaveProperty('origin')
    await logOut({ ...byToken({ token }), Cookie: cookie })
    expect(fake.calls.last).toMatchObject({ method: 'DELETE', path: '/self-service/logout/api' })
    expect(fake.calls.last!.headers).not.toHaveProperty('cookie')
    expect(fake.calls.last!.headers).not.toHaveProperty('x-session-token')
  })
})
