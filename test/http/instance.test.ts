import { describe, expect, it } from '@jest/globals'
import { isSessionError } from '../../lib/index.js'
import { expectDenial, unavailable } from '../support/denial.js'
import { byToken, createWorld, idle, madeUpToken } from '../support/world.js'
import { counted } from '../support/counted.js'

const world = createWorld()

/** Every object in a value, itself included. */
function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return []
  return [value, ...Object.values(value).flatMap(objectsIn)]
}

/** The counters of an instance without a store. */
const untouchedStore = {
  ...{ hits: 0, misses: 0, lagMs: 0 },
  faults: {
    ...{ timeout: 0, error: 0, malformed: 0, unsealed: 0 },
    ...{ future: 0, endless: 0, overflow: 0 },
  },
}

describe('stats()', () => {
  it('counts what happened and tells what is held', async () => {
    const { fake, ory, site, get, clock } = await world.start({
      policy: { authMethods: ['password'] },
    })
    expect(ory.stats()).toEqual({
      hits: 0,
      misses: 0,
      coalesced: 0,
      refreshes: 0,
      refusals: 0,
      stale: 0,
      denials: expect.objectContaining({ session_missing: 0, session_aal2_required: 0 }),
      upstream: expect.objectContaining({ live: 0, aal_too_low: 0, circuit_open: 0 }),
      store: untouchedStore,
      entries: 0,
      bytes: 0,
      inFlight: 0,
      breaker: { known: 'closed', unknown: 'closed' },
    })
    expect(counted({ ...ory.stats().denials, ...ory.stats().upstream })).toEqual({})

    const headers = byToken(fake.signIn())
    const held = fake.fault('held')
    const pair = Promise.all([get(headers), get(headers)])
    await site.arrived(2)
    expect(ory.stats()).toMatchObject({ inFlight: 1, entries: 0, misses: 2, coalesced: 1 })
    held.heal()
    await pair
    await get(headers).expect(200)
    clock.advance(9_000)
    await get(headers).expect(200)
    await idle(ory)
    await get()
    await get(byToken({ token: madeUpToken() }))
    await get(byToken({ token: madeUpToken() }))
    fake.fault('html')
    await get(byToken(fake.signIn()))
    fake.fault(429)
    await get(byToken(fake.signIn()))

    const { bytes, denials, upstream, ...stats } = ory.stats()
    expect({ ...stats, denials: counted(denials), upstream: counted(upstream) }).toEqual({
      hits: 3,
      misses: 5,
      coalesced: 1,
      refreshes: 1,
      refusals: 1,
      stale: 0,
      denials: { session_missing: 1, session_invalid: 2, authentication_unavailable: 2 },
      upstream: { live: 2, refused: 1, misconfigured: 1, rate_limited: 1 },
      store: untouchedStore,
      entries: 1,
      inFlight: 0,
      breaker: { known: 'closed', unknown: 'closed' },
    })
    expect(bytes).toBeGreaterThan(1_000)
    expect(bytes).toBeLessThan(10_000)
  })

  it('hands out a copy', async () => {
    const { ory, get } = await world.start()
    await get()
    const stats = ory.stats() as { hits: number; denials: Record<string, number> }

    stats.hits = 99
    stats.denials['session_missing'] = 99

    expect(ory.stats()).toMatchObject({ hits: 0, denials: { session_missing: 1 } })
  })
})

describe('close()', () => {
  it('lets what is in flight finish, and denies what comes later', async () => {
    const { fake, ory, site, get } = await world.start()
    const headers = byToken(fake.signIn())
    const held = fake.fault('held')
    const waiting = get(headers).then(({ status }) => status)
    await site.arrived(1)
    await fake.calls.waitFor(1)

    let isClosed = false
    const closed = ory.close().then(() => (isClosed = true))
    expectDenial(await get(headers), unavailable)
    expect(isClosed).toBe(false)
    held.heal()

    expect(await waiting).toBe(200)
    await closed
    expectDenial(await get(headers), unavailable)
    expectDenial(await get(), unavailable)
    expect(fake.calls.whoami).toBe(1)
  })

  it('does not wait past the deadline', async () => {
    const { fake, ory, site, get } = await world.start({ options: { timeoutMs: 50 } })
    fake.fault('silent')
    const waiting = get(byToken(fake.signIn())).then(({ status }) => status)
    await site.arrived(1)

    await ory.close()

    expect(await waiting).toBe(503)
  })

  it('may be called again, and before anything was asked', async () => {
    const { ory } = await world.start()

    await Promise.all([ory.close(), ory.close()])
    await ory.close()

    const result = await ory.authenticate({ headers: {} })
    expect(isSessionError(result.error) && result.error.code).toBe('authentication_unavailable')
    expect(ory.stats()).toMatchObject({ entries: 0, inFlight: 0 })
  })
})

describe('a session', () => {
  it('is shared by requests, and so frozen all the way down', async () => {
    const seen: unknown[] = []
    const { fake, get } = await world.start({
      handler(request, response) {
        const { session } = request as unknown as { session: { identity: { traits: object } } }
        seen.push(session)
        Object.assign(session.identity.traits, {})
        response.end()
      },
    })
    const headers = byToken(fake.signIn({ traits: { tags: ['a', { deep: [1] }] } }))
    for (let round = 0; round < 3; round += 1) await get(headers).expect(200)

    expect(seen).toHaveLength(3)
    // The first hit reads the session from what Ory sent; all later ones share it.
    expect(seen[2]).toBe(seen[1])
    for (const session of seen) {
      const objects = objectsIn(session)
      expect(objects.length).toBeGreaterThan(8)
      expect(objects.filter((object) => !Object.isFrozen(object))).toEqual([])
    }
  })

  it('keeps nothing that could change the prototype of a copy', async () => {
    const { fake, get } = await world.start()
    fake.fault((right) => ({
      ...right,
      body: JSON.stringify(right.body).replace(
        '"traits":{',
        '"traits":{"__proto__":{"admin":true},',
      ),
    }))

    const reply = await get(byToken(fake.signIn())).expect(200)

    expect(reply.text).toContain('"traits":{')
    expect(reply.text).not.toContain('__proto__')
  })
})

describe('two instances', () => {
  it('share nothing', async () => {
    const { fake, ory, get, clock } = await world.start()
    const other = world.instance({ url: fake.url, clock })
    const second = await world.site(other.requireSession())
    const signedIn = fake.signIn()
    const headers = byToken(signedIn)
    await get(headers).expect(200)
    expect(other.stats()).toMatchObject({ entries: 0, misses: 0 })
    expect((await fetch(second.origin, { headers })).status).toBe(200)
    expect(fake.calls.whoami).toBe(2)
    fake.revoke(signedIn)

    expect(await ory.invalidate({ session: signedIn.session.id })).toBe(1)
    await ory.close()

    await get(headers).expect(503)
    expect((await fetch(second.origin, { headers })).status).toBe(200)
  })

  it('open no connection before the first request that needs one', async () => {
    const { fake, get } = await world.start()
    await get().expect(401)
    await get({ 'X-Session-Token': 'a b' }).expect(400)

    expect(fake.calls.connections).toBe(0)
  })
})
