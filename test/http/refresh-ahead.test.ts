import { describe, expect, it } from '@jest/globals'
import { byToken, createWorld, idle } from '../support/world.js'

const world = createWorld()

describe('a refresh ahead of expiry', () => {
  it('is asked in the background of a hit, from the fraction of the TTL on', async () => {
    const { fake, ory, site, get, clock } = await world.start()
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    clock.advance(7_999)
    await get(headers).expect(200)
    await idle(ory)
    expect(fake.calls.whoami).toBe(1)

    clock.advance(1)
    await get(headers).expect(200)
    await idle(ory)
    expect(fake.calls.whoami).toBe(2)

    // The TTL begins anew with the answer, so this is a hit and no time to refresh.
    clock.advance(7_999)
    await get(headers).expect(200)
    await idle(ory)
    expect(fake.calls.whoami).toBe(2)
    expect(site.visits.slice(1).every(({ nexts }) => nexts[0]!.isSynchronous)).toBe(true)
    expect(ory.stats()).toMatchObject({ refreshes: 1, misses: 1, hits: 3 })
  })

  it('never lets a session be served past its TTL', async () => {
    const { fake, site, get, clock } = await world.start()
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    const held = fake.fault('held')
    clock.advance(8_000)
    await get(headers).expect(200)
    await fake.calls.waitFor(2)

    clock.advance(2_000)
    const late = get(headers).then(({ status }) => status)
    await site.arrived(3)
    expect(site.handled).toBe(2)
    held.heal()

    expect(await late).toBe(200)
    expect(fake.calls.whoami).toBe(2)
  })

  it('ends a session that has been revoked', async () => {
    const { fake, ory, get, clock } = await world.start()
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    fake.revoke(signedIn)
    clock.advance(8_000)
    await get(byToken(signedIn)).expect(200)
    await idle(ory)

    expect((await get(byToken(signedIn))).status).toBe(401)
  })

  it('that fails changes nothing, and is not tried again with each hit', async () => {
    const { fake, ory, get, clock } = await world.start()
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    fake.fault(500)
    clock.advance(8_000)
    for (let round = 0; round < 3; round += 1) {
      await get(headers).expect(200)
      await idle(ory)
    }
    expect(fake.calls.whoami).toBe(2)

    clock.advance(2_000)
    await get(headers).expect(503)
  })

  it.each<[false | number, number, number]>([
    [false, 9_999, 1],
    [0.5, 4_999, 1],
    [0.5, 5_000, 2],
  ])('is governed by the option: %s at %i', async (refreshAhead, ms, calls) => {
    const { fake, ory, get, clock } = await world.start({ options: { refreshAhead } })
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    clock.advance(ms)
    await get(headers).expect(200)
    await idle(ory)

    expect(fake.calls.whoami).toBe(calls)
  })
})
