import { describe, expect, it } from '@jest/globals'
import { expectDenial, sessionInvalid, unavailable } from '../support/denial.js'
import { startWithUsers } from '../support/users.js'
import { byCookie, byMadeUp, byToken, createWorld } from '../support/world.js'
import type { Scene } from '../support/world.js'

const world = createWorld()

describe("while Ory's database is down", () => {
  it.each([
    ['token', byToken],
    ['cookie', byCookie],
  ])('nobody is logged out, live or not, by %s', async (_name, carry) => {
    const { fake, get, clock } = await world.start()
    const known = fake.signIn()
    const unknown = fake.signIn()
    await get(carry(known)).expect(200)
    fake.database.stop()
    await get(carry(known)).expect(200)
    clock.advance(10_001)

    for (const headers of [carry(known), carry(unknown), byMadeUp()]) {
      expectDenial(await get(headers), unavailable)
    }

    fake.database.start()
    clock.advance(1_001)
    await get(carry(known)).expect(200)
    await get(carry(unknown)).expect(200)
    expectDenial(await get(byMadeUp()), sessionInvalid)
  })

  it('an optional route does not take that for anonymous', async () => {
    const { fake, get } = await world.start({ isOptional: true })
    fake.database.stop()

    expectDenial(await get(byToken(fake.signIn())), unavailable)
  })

  it('made-up credentials cost at most one readiness call a second', async () => {
    const { fake, get, clock } = await world.start()
    fake.database.stop()
    for (let number = 0; number < 5; number += 1) await get(byMadeUp(number)).expect(503)
    expect(fake.calls.ready).toBe(1)
    clock.advance(1_000)
    await get(byMadeUp(6)).expect(503)
    expect(fake.calls.ready).toBe(1)

    clock.advance(1)
    for (let number = 7; number < 12; number += 1) await get(byMadeUp(number)).expect(503)

    expect(fake.calls.ready).toBe(2)
    expect(fake.calls.whoami).toBe(11)
  })
})

describe('while Ory is well', () => {
  it('made-up credentials cost at most one readiness call a second', async () => {
    const { fake, get, clock } = await world.start()
    for (let number = 0; number < 5; number += 1) await get(byMadeUp(number)).expect(401)
    expect(fake.calls.ready).toBe(1)

    clock.advance(1_001)
    await get(byMadeUp(6)).expect(401)

    expect(fake.calls.ready).toBe(2)
    expect(fake.calls.whoami).toBe(6)
  })

  it('a live session costs no readiness call', async () => {
    const { fake, get } = await world.start()

    await get(byToken(fake.signIn())).expect(200)

    expect(fake.calls.ready).toBe(0)
  })

  it('a logout is a 401 at once, after a second question', async () => {
    const [{ fake, get }, [person]] = await startWithUsers(world, 1)
    fake.revoke(person!)

    expectDenial(await get(byToken(person!)), sessionInvalid)

    expect(fake.calls.all.map(({ route }) => route)).toEqual(['whoami', 'ready', 'whoami'])
  })

  it('many at once share one readiness call', async () => {
    const { fake, site, get } = await world.start()
    const held = fake.fault('held', { path: 'ready' })
    const replies = Array.from({ length: 8 }, async (_, number) => get(byMadeUp(number)))
    await site.arrived(8)
    await fake.calls.waitFor(8)
    held.heal()

    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(Array(8).fill(401))
    expect(fake.calls.ready).toBe(1)
  })

  it('the readiness call carries no credential', async () => {
    const { fake, get } = await world.start({ fakeOptions: { basePath: '/kratos' } })

    await get(byMadeUp()).expect(401)

    const call = fake.calls.all.find(({ route }) => route === 'ready')!
    expect(call.path).toBe('/kratos/health/ready')
    expect(Object.keys(call.headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
    ])
  })
})

describe('a 401 for a known caller', () => {
  it('is asked about once more, since the database may have come back between', async () => {
    const [{ fake, get }, [person]] = await startWithUsers(world, 1)
    fake.fault('database', { path: 'whoami', times: 1 })

    await get(byToken(person!)).expect(200)

    expect(fake.calls.all.map(({ route }) => route)).toEqual(['whoami', 'ready', 'whoami'])
  })

  it('is not believed for a readiness that is older than the question', async () => {
    const [{ fake, get, clock }, [person]] = await startWithUsers(world, 1)
    await get(byMadeUp()).expect(401)
    clock.advance(1)
    fake.database.stop()

    expectDenial(await get(byToken(person!)), unavailable)

    expect(fake.calls.ready).toBe(2)
  })

  it('is not believed when the second question meets a fault', async () => {
    const [{ fake, get }, [person]] = await startWithUsers(world, 1)
    fake.fault('database', { path: 'whoami', times: 1 })
    fake.fault(500, { times: 1 })

    expectDenial(await get(byToken(person!)), unavailable)
  })
})

describe('a readiness that is not well', () => {
  it.each<[string, Parameters<Scene['fake']['fault']>[0]]>([
    ['500', 500],
    ['503', 503],
    ['silent', 'silent'],
    ['reset', 'reset'],
    ['truncated', 'truncated'],
  ])('makes a fault of a 401: %s', async (_name, fault) => {
    const { fake, get } = await world.start({ options: { timeoutMs: 250 } })
    fake.fault(fault, { path: 'ready' })

    expectDenial(await get(byMadeUp()), unavailable)
  })
})

describe('the option readiness', () => {
  it('false: every 401 is believed, and readiness never asked', async () => {
    const [{ fake, get }, users] = await startWithUsers(world, 4, {
      options: { readinessPath: false },
    })
    fake.database.stop()

    for (const person of users) expectDenial(await get(byToken(person)), sessionInvalid)

    expect(fake.calls.ready).toBe(0)
    expect(fake.calls.whoami).toBe(4)
  })

  it('names another route', async () => {
    const { fake, get } = await world.start({ options: { readinessPath: '/healthz' } })

    await get(byMadeUp()).expect(401)

    expect(fake.calls.all.map(({ path }) => path)).toEqual(['/sessions/whoami', '/healthz'])
  })
})

describe('a refusal that is no 401', () => {
  it('needs no readiness, since no outage looks like it', async () => {
    const { fake, get } = await world.start()
    fake.fault('inactive')

    expectDenial(await get(byToken(fake.signIn())), sessionInvalid)

    expect(fake.calls.ready).toBe(0)
  })
})
