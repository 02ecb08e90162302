import { describe, expect, it } from '@jest/globals'
import { expectDenial, sessionInvalid, unavailable } from '../support/denial.js'
import { createHandClock, type HandClock } from '../support/hand-clock.js'
import { byMadeUp, byToken, createWorld } from '../support/world.js'

const world = createWorld()
const [minute, hour] = [60_000, 3_600_000]

/** What each clock makes of the time that passes. */
type Passing = readonly [title: string, wall: number, monotonic: number]

function pass(clock: HandClock, [, wall, monotonic]: Passing): void {
  clock.setWall(wall)
  clock.advanceMonotonic(monotonic)
}

/** An application, and an Ory whose own clock is right whatever becomes of the application's. */
async function start(scene: Parameters<typeof world.start>[0] = {}) {
  const oryClock = createHandClock()
  const started = await world.start({ ...scene, fakeOptions: { clock: oryClock } })
  return { ...started, oryClock }
}

describe('a session in memory', () => {
  it.each<Passing>([
    ['time goes by', 9_999, 9_999],
    ['the machine is suspended', 9_999, 0],
    ['the wall clock stands still', 0, 9_999],
    ['the wall clock is set back', -hour, 9_999],
    ['it is set back a little', -1, 0],
  ])('is served up to its TTL: %s', async (...passing) => {
    const { fake, get, clock } = await start()
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    pass(clock, passing)
    fake.fault(503)
    expect((await get(headers)).status).toBe(200)
  })

  it.each<Passing>([
    ['time goes by', 10_000, 10_000],
    ['the machine is suspended', 10_000, 0],
    ['the wall clock stands still', 0, 10_000],
    ['the wall clock is set back', -hour, 10_000],
    ['the wall clock is set forth', hour, 0],
    ['it is set back by as much as passes', -10_000, 10_000],
  ])('is not served past its TTL by either clock: %s', async (...passing) => {
    const { fake, get, clock } = await start()
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    pass(clock, passing)
    fake.fault(503)
    expectDenial(await get(headers), unavailable)
  })

  it('is asked about again after a suspend, and refused where it has ended meanwhile', async () => {
    const { fake, get, clock } = await start()
    const person = fake.signIn()
    await get(byToken(person)).expect(200)
    fake.revoke(person)
    clock.setWall(8 * hour)
    expectDenial(await get(byToken(person)), sessionInvalid)
  })
})

describe('a session that expires', () => {
  const lifeMs = 5_000
  const options = { cacheTtlMs: minute, staleIfErrorMs: hour, refreshAhead: false } as const

  it.each<Passing>([
    ['time goes by', lifeMs, lifeMs],
    ['the machine is suspended', lifeMs, 0],
    ['the wall clock stands still', 0, lifeMs],
    ['the wall clock is set back', -hour, lifeMs],
    ['the wall clock is set forth', hour, 1],
  ])('is not served, nor graced, past that by either clock: %s', async (...passing) => {
    const { fake, get, clock, oryClock } = await start({ options })
    const headers = byToken(fake.signIn({ expiresInMs: lifeMs }))
    await get(headers).expect(200)
    pass(clock, passing)
    const outage = fake.fault(503)
    expectDenial(await get(headers), unavailable)
    outage.heal()
    oryClock.advance(lifeMs)
    expectDenial(await get(headers), sessionInvalid)
  })

  it.each<Passing>([
    ['time goes by', lifeMs - 1, lifeMs - 1],
    ['the machine is suspended', lifeMs - 1, 0],
    ['the wall clock is set back', -hour, lifeMs - 1],
  ])('is served until then: %s', async (...passing) => {
    const { fake, get, clock } = await start({ options })
    const headers = byToken(fake.signIn({ expiresInMs: lifeMs }))
    await get(headers).expect(200)
    pass(clock, passing)
    fake.fault(503)
    expect((await get(headers)).status).toBe(200)
  })
})

describe('a login', () => {
  const [maxAgeMs, leftMs] = [15 * minute, 5_000]
  // Of less than a second Ory's Date says nothing.
  const overMs = leftMs + 1_000
  const scene = {
    options: { cacheTtlMs: minute, refreshAhead: false },
    policy: { maxAgeMs },
  } as const

  it.each<readonly [...Passing, status: number]>([
    ['time goes by', leftMs, leftMs, 200],
    ['time goes by, and more', overMs, overMs, 403],
    ['the machine is suspended', overMs, 0, 403],
    ['the wall clock stands still', 0, overMs, 403],
    ['the wall clock is set back', -hour, leftMs, 200],
    ['the wall clock is set back, and time goes by', -hour, overMs, 403],
    ['the wall clock is set forth', hour, 0, 403],
  ])('is as old as either clock has it: %s', async (title, wall, monotonic, status) => {
    const { fake, get, clock, oryClock } = await start(scene)
    const headers = byToken(fake.signIn({ authenticatedAgoMs: maxAgeMs - leftMs }))
    await get(headers).expect(200)
    pass(clock, [title, wall, monotonic])
    oryClock.advance(monotonic)
    expect((await get(headers)).status).toBe(status)
    // What falls short is looked at once more, past every cache.
    expect(fake.calls.whoami).toBe(status === 200 ? 1 : 2)
  })
})

describe('what is remembered besides', () => {
  it.each<Passing>([
    ['time goes by', 2_000, 2_000],
    ['the machine is suspended', 2_000, 0],
    ['the wall clock is set back', -hour, 2_000],
  ])('a refusal is held no longer than it may be: %s', async (...passing) => {
    const { fake, get, clock } = await start()
    await get(byMadeUp()).expect(401)
    await get(byMadeUp()).expect(401)
    expect(fake.calls.whoami).toBe(1)
    pass(clock, passing)
    await get(byMadeUp()).expect(401)
    expect(fake.calls.whoami).toBe(2)
  })

  it.each<Passing>([
    ['the wall clock is set back', -hour, 1_001],
    ['the wall clock is set forth', hour, 1_001],
  ])('Ory is believed to be away no longer than that: %s', async (...passing) => {
    const { fake, get, clock } = await start()
    fake.database.stop()
    expect((await get(byMadeUp(0))).status).toBe(503)
    fake.database.start()
    pass(clock, passing)
    expect((await get(byMadeUp(1))).status).toBe(401)
  })
})
