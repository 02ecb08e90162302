import { describe, expect, it } from '@jest/globals'
import { expectDenial, sessionInvalid, unavailable } from '../support/denial.js'
import { startWithUsers, statusesOf } from '../support/users.js'
import { byMadeUp, byToken, createWorld } from '../support/world.js'
import type { Scene } from '../support/world.js'

const world = createWorld()

describe('without a readiness route', () => {
  const missing: readonly [string, Parameters<Scene['fake']['fault']>[0]][] = [
    ['404', 404],
    ['403 of an ingress', 403],
    ['a redirect', 302],
    ['200 with a page', 'html'],
  ]

  it.each(missing)('the route is left alone for five minutes: %s', async (_name, fault) => {
    const { fake, get, clock } = await world.start()
    fake.fault(fault, { path: 'ready' })
    expectDenial(await get(byMadeUp(0)), sessionInvalid)
    expect(fake.calls.ready).toBe(1)
    clock.advance(299_999)
    await get(byMadeUp(1)).expect(401)
    expect(fake.calls.ready).toBe(1)

    clock.advance(1)
    await get(byMadeUp(2)).expect(401)

    expect(fake.calls.ready).toBe(2)
  })

  it.each(missing)('three identities that turn 401 are an outage: %s', async (_name, fault) => {
    const [scene, users] = await startWithUsers(world, 4)
    const { fake, get, clock } = scene
    fake.fault(fault, { path: 'ready' })
    fake.fault('database', { path: 'whoami' })

    expect(await statusesOf(scene, users.map(byToken))).toEqual([401, 401, 503, 503])
    expectDenial(await get(byMadeUp()), unavailable)

    // Ten seconds without a 200, and 401 is believed again.
    clock.advance(9_999)
    await get(byMadeUp()).expect(503)
    clock.advance(1)
    await get(byMadeUp()).expect(401)
  })

  it('a 200 of a known caller ends the doubt, and that of a new session does not', async () => {
    const [scene, users] = await startWithUsers(world, 3)
    const { fake } = scene
    fake.fault(404, { path: 'ready' })
    const outage = fake.fault('database', { path: 'whoami' })
    const during = await statusesOf(scene, [...users.map(byToken), byMadeUp(0)])
    expect(during).toEqual([401, 401, 503, 503])
    outage.heal()

    expect(await statusesOf(scene, [byToken(fake.signIn()), byMadeUp(1)])).toEqual([200, 503])
    expect(await statusesOf(scene, [byToken(users[2]!), byMadeUp(1)])).toEqual([200, 401])
  })

  it('a 200 of a known caller between starts the count anew', async () => {
    const [scene, users] = await startWithUsers(world, 6)
    const { fake } = scene
    fake.fault(404, { path: 'ready' })
    const [ended, live] = [users.slice(0, 3), users.slice(3)]
    for (const person of ended) fake.revoke(person)

    const inTurn = ended.flatMap((person, index) => [byToken(person), byToken(live[index]!)])
    expect(await statusesOf(scene, inTurn)).toEqual([401, 200, 401, 200, 401, 200])
  })

  it('several sessions of one person count once', async () => {
    const [scene, [person]] = await startWithUsers(world, 1)
    const { fake, clock } = scene
    const identityId = person!.session.identity.id
    const sessions = Array.from({ length: 4 }, () => byToken(fake.signIn({ identityId })))
    expect(await statusesOf(scene, sessions)).toEqual([200, 200, 200, 200])
    clock.advance(10_001)
    fake.fault(404, { path: 'ready' })
    fake.revokeAll(person!)

    expect(await statusesOf(scene, sessions)).toEqual([401, 401, 401, 401])
  })

  it('made-up credentials do not count at all', async () => {
    const [scene, users] = await startWithUsers(world, 2)
    scene.fake.fault(404, { path: 'ready' })
    for (const person of users) scene.fake.revoke(person)

    const madeUp = Array.from({ length: 6 }, (_, number) => byMadeUp(number))
    expect(await statusesOf(scene, [...users.map(byToken), ...madeUp])).toEqual(Array(8).fill(401))
  })

  it('a session counts only for a known caller', async () => {
    const [scene, users] = await startWithUsers(world, 3)
    const { fake, clock } = scene
    fake.fault(404, { path: 'ready' })
    fake.fault('database', { path: 'whoami' })
    clock.advance(3_600_000)

    expect(await statusesOf(scene, users.map(byToken))).toEqual([401, 401, 401])
  })
})
