import { describe, expect, it } from '@jest/globals'
import type { SignedIn } from '../../lib/testing/index.js'
import { startBalancer } from '../support/balancer.js'
import { expectDenial, sessionInvalid, unavailable } from '../support/denial.js'
import { createHandClock } from '../support/hand-clock.js'
import { startWithUsers, statusesOf } from '../support/users.js'
import { byMadeUp, byToken, createWorld } from '../support/world.js'
import type { Scene } from '../support/world.js'

const world = createWorld()
const refreshAhead = false

/** Numbers that are as good as random, and the same in each run. */
function seeded(): () => number {
  let state = 42
  return () => (state = (state * 48_271) % 0x7fff_ffff) / 0x7fff_ffff
}

/** Asks for all of them at once, and tells how many were let in, refused and put off. */
async function allAtOnce({ ory }: Scene, users: readonly SignedIn[]) {
  const results = await Promise.all(
    users.map((person) => ory.authenticate({ headers: byToken(person) })),
  )
  const codes = results.map(({ error }) => error?.code ?? 'live')
  const count = (code: string): number => codes.filter((one) => one === code).length
  return {
    live: count('live'),
    refused: count('session_invalid'),
    putOff: count('authentication_unavailable'),
  }
}

const signIn = ({ fake }: Scene, count: number): SignedIn[] =>
  Array.from({ length: count }, () => fake.signIn())

describe('while every look-up of a session fails, and Ory says that it is ready', () => {
  it('no known caller is refused of those who ask at once', async () => {
    const [scene, users] = await startWithUsers(world, 8)
    const outage = scene.fake.fault('database-broken')

    expect(await allAtOnce(scene, users)).toEqual({ live: 0, refused: 0, putOff: 8 })
    outage.heal()
    expect(await allAtOnce(scene, users)).toEqual({ live: 8, refused: 0, putOff: 0 })
  })

  it('at most two known callers are refused of those who ask one by one', async () => {
    const [scene, users] = await startWithUsers(world, 8)
    scene.fake.fault('database-broken')

    expect(await statusesOf(scene, users.map(byToken))).toEqual([401, 401, ...Array(6).fill(503)])
  })

  it('nobody is refused whose level cannot be determined, and nobody becomes anonymous', async () => {
    for (const isOptional of [false, true]) {
      const scene = await world.start({ isOptional })
      const users = signIn(scene, 6)
      for (const person of users.slice(0, 3)) await scene.get(byToken(person)).expect(200)
      scene.clock.advance(10_001)
      scene.fake.fault('aal-undeterminable')

      for (const person of users) expectDenial(await scene.get(byToken(person)), unavailable)
      expect(scene.ory.stats().upstream).toMatchObject({ not_ready: 6 })
      scene.fake.heal()
      for (const person of users) await scene.get(byToken(person)).expect(200)
    }
  })
})

describe('while a share of the look-ups fails, and Ory says that it is ready', () => {
  it('a burst without connections refuses hardly anybody', async () => {
    const [scene, users] = await startWithUsers(world, 20, {
      options: { refreshAhead },
      fakeOptions: { random: seeded() },
    })
    scene.fake.fault('database-flaky', { share: 0.8, times: 24 })
    const known = await allAtOnce(scene, users)
    expect(known.refused).toBeLessThanOrEqual(2)
    scene.fake.heal()

    scene.fake.fault('database-flaky', { share: 0.8, times: 24 })
    const unknown = await allAtOnce(scene, signIn(scene, 20))
    expect(unknown.refused).toBeLessThanOrEqual(3)
    expect(unknown.live).toBeGreaterThan(10)
  })

  it('one ill replica of two refuses hardly anybody', async () => {
    const [scene, users] = await startWithUsers(world, 20, {
      options: { refreshAhead },
      fakeOptions: { replicas: 2, random: seeded() },
    })
    scene.fake.fault('database', { replica: 2 })

    expect((await allAtOnce(scene, users)).refused).toBeLessThanOrEqual(2)
    expect((await allAtOnce(scene, signIn(scene, 30))).refused).toBeLessThanOrEqual(3)
  })

  it('one ill replica behind a balancer of connections hides hardly anybody', async () => {
    const clock = createHandClock()
    const fake = await world.fake({ clock })
    const balancer = await startBalancer(fake)
    try {
      const ory = world.instance({ url: balancer.url, clock, refreshAhead })
      const users = Array.from({ length: 8 }, () => byToken(fake.signIn()))
      for (const headers of users) await ory.authenticate({ headers })
      clock.advance(10_001)
      balancer.breakFirst()

      const codes = []
      for (const headers of users) codes.push((await ory.authenticate({ headers })).error?.code)
      expect(codes.filter((code) => code === 'session_invalid').length).toBeLessThanOrEqual(2)
      expect(codes.filter((code) => code === undefined).length).toBeGreaterThanOrEqual(6)
      await ory.close()
    } finally {
      await balancer.close()
    }
  })

  it('connections that each fail once refuse hardly anybody', async () => {
    const [scene, users] = await startWithUsers(world, 10, { options: { refreshAhead } })
    scene.fake.fault('database-broken', { path: 'whoami', times: 10 })
    expect((await allAtOnce(scene, users)).refused).toBe(0)

    scene.fake.fault('database-broken', { path: 'whoami', times: 20 })
    expect((await allAtOnce(scene, signIn(scene, 100))).refused).toBeLessThanOrEqual(5)
  })
})

describe('while a share of the look-ups fails, after a restart', () => {
  it('a burst without connections refuses hardly anybody, although every caller is unknown', async () => {
    const scene = await world.start({ fakeOptions: { random: seeded() } })
    scene.fake.fault('database-flaky', { share: 0.8, times: 12 })
    const { refused, live } = await allAtOnce(scene, signIn(scene, 20))

    expect(refused).toBeLessThanOrEqual(3)
    expect(live).toBeGreaterThan(10)
  })

  it('a burst refuses nobody if it also starves the caller who looks again for all', async () => {
    const scene = await world.start()
    // All first calls of the burst but one, and the next two.
    scene.fake.fault((answer) => answer, { path: 'whoami', times: 1 })
    scene.fake.fault('database-broken', { path: 'whoami', times: 21 })

    expect((await allAtOnce(scene, signIn(scene, 20))).refused).toBe(0)
  })

  const allMadeUp = async ({ ory }: Scene, from = 0): Promise<void> => {
    const asked = Array.from({ length: 20 }, (_, index) =>
      ory.authenticate({ headers: byMadeUp(from + index) }),
    )
    for (const { error } of await Promise.all(asked)) expect(error?.code).toBe('session_invalid')
  }

  it('many made-up credentials at once cost one call each', async () => {
    const [scene] = await startWithUsers(world, 5)
    scene.fake.calls.reset()
    await allMadeUp(scene)
    expect(scene.fake.calls.whoami).toBe(20)
  })

  it('beside logins they cost three calls more, and no more within a minute', async () => {
    const scene = await world.start()
    const { fake, clock } = scene
    const costs: number[] = []
    for (let round = 0; round < 3; round += 1) {
      fake.calls.reset()
      await Promise.all([allMadeUp(scene, 20 * round), allAtOnce(scene, signIn(scene, 1))])
      costs.push(fake.calls.whoami)
      clock.advance(29_999)
    }
    expect(costs).toEqual([24, 21, 21])
  })
})

describe('in the minute after a 401 that was taken back', () => {
  async function startTroubled(options = {}): Promise<[Scene, SignedIn]> {
    const [scene, [person]] = await startWithUsers(world, 1, { options })
    scene.fake.fault('database-broken', { path: 'whoami', times: 1 })
    await scene.get(byToken(person!)).expect(200)
    scene.fake.calls.reset()
    return [scene, person!]
  }

  it('an unknown caller is asked about once more', async () => {
    const [{ fake, get, clock }] = await startTroubled()
    fake.fault('database-broken', { path: 'whoami', times: 1 })
    expect((await get(byToken(fake.signIn()))).status).toBe(200)

    clock.advance(60_001)
    fake.fault('database-broken', { path: 'whoami', times: 1 })
    expectDenial(await get(byToken(fake.signIn())), sessionInvalid)
  })

  it('an invalid credential costs two calls, and one call after that', async () => {
    const [{ fake, get, clock }] = await startTroubled()
    expectDenial(await get(byMadeUp(1)), sessionInvalid)
    expect(fake.calls.whoami).toBe(2)

    clock.advance(60_001)
    expectDenial(await get(byMadeUp(2)), sessionInvalid)
    expect(fake.calls.whoami).toBe(3)
  })

  it('a flood of made-up credentials costs Ory no more than at any other time', async () => {
    const [{ fake, get }] = await startTroubled({ connections: 2 })
    for (let number = 0; number < 30; number += 1) await get(byMadeUp(number))

    expect(fake.calls.whoami).toBe(8)
  })
})

describe('while Ory is well', () => {
  it('a logout is a 401 while others are let in', async () => {
    const [scene, users] = await startWithUsers(world, 8)
    scene.fake.revoke(users[3]!)

    expect(await allAtOnce(scene, users)).toEqual({ live: 7, refused: 1, putOff: 0 })
  })

  it('a mass revocation ends in 401s after ten seconds, with one further look each', async () => {
    const [scene, users] = await startWithUsers(world, 8)
    for (const person of users) scene.fake.revoke(person)
    expect(await allAtOnce(scene, users)).toEqual({ live: 0, refused: 0, putOff: 8 })

    scene.clock.advance(9_999)
    expect(await allAtOnce(scene, users)).toEqual({ live: 0, refused: 0, putOff: 8 })

    scene.fake.calls.reset()
    scene.clock.advance(1)
    expect(await allAtOnce(scene, users)).toEqual({ live: 0, refused: 8, putOff: 0 })
    expect(scene.fake.calls.whoami).toBe(2 * users.length)
  })

  it('a mass revocation that shows little by little ends in 401s ten seconds after the third', async () => {
    const [scene, users] = await startWithUsers(world, 8)
    for (const person of users) scene.fake.revoke(person)
    const seen: number[] = []
    for (let second = 0; second <= 13; second += 1) {
      // Each second one more of them asks, beside those who asked before.
      const { putOff } = await allAtOnce(scene, users.slice(0, second + 1))
      seen.push(putOff)
      scene.clock.advance(1_000)
    }
    expect(seen.slice(0, 2)).toEqual([0, 0])
    expect(seen[2]).toBeGreaterThan(0)
    expect(seen.slice(12)).toEqual([0, 0])
  })

  it('three accounts of one person that log out keep nobody out who is live', async () => {
    const [scene, users] = await startWithUsers(world, 6)
    for (const person of users.slice(0, 3)) scene.fake.revoke(person)
    await allAtOnce(scene, users.slice(0, 3))

    expect(await allAtOnce(scene, [...users.slice(3), ...signIn(scene, 3)])).toMatchObject({
      live: 6,
    })
  })
})
