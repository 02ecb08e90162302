import { describe, expect, it } from '@jest/globals'
import type { OrySessionOptions } from '../../lib/index.js'
import { byToken, createWorld, madeUpToken } from '../support/world.js'

const world = createWorld()

describe('requests with one credential at one time', () => {
  it.each<[string, OrySessionOptions]>([
    ['with a cache', {}],
    ['without one', { cacheTtlMs: 0 }],
  ])('ask Ory once, however many they are, %s', async (_name, options) => {
    const { fake, ory, site, get } = await world.start({ options })
    const { token, session } = fake.signIn()
    const held = fake.fault('held')
    const replies = Array.from({ length: 20 }, async () => get(byToken({ token })))
    await site.arrived(20)
    expect(ory.stats()).toMatchObject({ inFlight: 1, coalesced: 19 })
    held.heal()

    const bodies = (await Promise.all(replies)).map(({ body }) => body.session.id as string)

    expect(bodies).toEqual(Array(20).fill(session.id))
    expect(fake.calls.whoami).toBe(1)
    expect(ory.stats().inFlight).toBe(0)
  })

  it.each<[string, (fake: Awaited<ReturnType<typeof world.fake>>) => void, number]>([
    ['refusal', () => undefined, 401],
    ['fault', (fake) => fake.database.stop(), 503],
  ])('share a %s too', async (_name, arrange, status) => {
    const { fake, site, get } = await world.start()
    arrange(fake)
    const held = fake.fault('held')
    const replies = Array.from({ length: 5 }, async () => get(byToken({ token: madeUpToken() })))
    await site.arrived(5)
    held.heal()

    expect((await Promise.all(replies)).map((reply) => reply.status)).toEqual(Array(5).fill(status))
    expect(fake.calls.whoami).toBe(1)
  })

  it('do not hold up those with another', async () => {
    const { fake, site, get } = await world.start()
    const held = fake.fault('held', { times: 1 })
    const first = get(byToken(fake.signIn())).then(({ status }) => status)
    await site.arrived(1)
    await fake.calls.waitFor(1)

    await get(byToken(fake.signIn())).expect(200)
    held.heal()

    expect(await first).toBe(200)
  })
})

describe('a fresh route', () => {
  it('asks Ory on each request, past its edge cache', async () => {
    const { fake, get } = await world.start({ policy: { fresh: true } })
    const headers = byToken(fake.signIn())

    await get(headers).expect(200)
    await get(headers).expect(200)

    expect(fake.calls.all.map((call) => call.headers['cache-control'])).toEqual([
      'max-age=0',
      'max-age=0',
    ])
  })

  it('sees a logout at once, and so do the other routes from then on', async () => {
    const { fake, ory, get } = await world.start()
    const fresh = await world.site(ory.requireSession({ fresh: true }))
    const signedIn = fake.signIn()
    const headers = byToken(signedIn)
    await get(headers).expect(200)
    expect(fake.calls.last!.headers['cache-control']).toBeUndefined()
    fake.revoke(signedIn)
    await get(headers).expect(200)

    expect((await fetch(fresh.origin, { headers })).status).toBe(401)

    await get(headers).expect(401)
  })

  it('leaves what it learned to the other routes', async () => {
    const { fake, ory, get } = await world.start()
    const fresh = await world.site(ory.requireSession({ fresh: true }))
    const headers = byToken(fake.signIn())

    expect((await fetch(fresh.origin, { headers })).status).toBe(200)
    await get(headers).expect(200)

    expect(fake.calls.whoami).toBe(1)
  })

  it('believes no answer to the call of another fresh request either, when it began before', async () => {
    const { fake, site, get } = await world.start({ policy: { fresh: true } })
    const signedIn = fake.signIn()
    const held = fake.fault('held', { times: 1 })
    const early = get(byToken(signedIn)).then(({ status }) => status)
    await site.arrived(1)
    await fake.calls.waitFor(1)
    fake.revoke(signedIn)
    const late = get(byToken(signedIn)).then(({ status }) => status)
    await site.arrived(2)
    held.heal()

    expect(await early).toBe(200)
    expect(await late).toBe(401)
  })

  it('believes no answer to a call that began before the request', async () => {
    const { fake, ory, site, get } = await world.start()
    const fresh = await world.site(ory.requireSession({ fresh: true }))
    const signedIn = fake.signIn()
    const headers = byToken(signedIn)
    const held = fake.fault('held', { times: 1 })
    const ordinary = get(headers).then(({ status }) => status)
    await site.arrived(1)
    await fake.calls.waitFor(1)
    fake.revoke(signedIn)
    const late = fetch(fresh.origin, { headers }).then(({ status }) => status)
    await fresh.arrived(1)
    held.heal()

    expect(await ordinary).toBe(200)
    expect(await late).toBe(401)
    expect(fake.calls.all[1]!.headers['cache-control']).toBe('max-age=0')
  })
})
