import { describe, expect, it } from '@jest/globals'
import type { SessionPolicy, Session } from '../../lib/index.js'
import type { FakeOry, FakeFault } from '../../lib/testing/index.js'
import { expectDenial, sessionInvalid, unavailable } from '../support/denial.js'
import { startWithUsers, statusesOf } from '../support/users.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()
const options = { staleIfErrorMs: 60_000, refreshAhead: false } as const

/** Has a fault strike the second question from now on, and no other. */
function failSecondly(fake: FakeOry, fault: FakeFault): void {
  fake.fault((answer) => answer, { times: 1 })
  fake.fault(fault, { times: 1 })
}

describe('the grace in an outage', () => {
  it('tells of a session that it is stale, and of no other', async () => {
    const seen: (true | undefined)[] = []
    const allow = (session: Session): boolean => {
      seen.push(session.stale)
      return true
    }
    const { fake, ory, get, clock } = await world.start({ options, policy: { allow } })
    const signedIn = fake.signIn()
    const fresh = await get(byToken(signedIn)).expect(200)
    await get(byToken(signedIn)).expect(200)
    fake.fault(503)
    clock.advance(10_000)
    const stale = await get(byToken(signedIn)).expect(200)

    expect(seen).toEqual([undefined, undefined, true])
    // As JSON it is what Ory sent.
    expect(stale.body.session).toEqual(fresh.body.session)
    const { session } = await ory.authenticate({ headers: byToken(signedIn) })
    expect(session).toMatchObject({ stale: true })
    expect(Object.isFrozen(session)).toBe(true)
  })

  it.each<[string, Parameters<Awaited<ReturnType<typeof world.fake>>['fault']>[0]]>([
    ['status 503', 503],
    ['429', 429],
    ['reset', 'reset'],
    ['invalid_response', 'html'],
    ['no database', 'database'],
  ])(
    'serves what is known for staleIfErrorMs past the TTL, and no longer: %s',
    async (_name, fault) => {
      const { fake, ory, get, clock } = await world.start({ options })
      const signedIn = fake.signIn()
      await get(byToken(signedIn)).expect(200)
      fake.fault(fault)
      clock.advance(69_999)

      const reply = await get(byToken(signedIn)).expect(200)
      expect(reply.body.session.id).toBe(signedIn.session.id)
      const result = await ory.authenticate({ headers: byToken(signedIn) })
      expect(result).toMatchObject({ servedFrom: 'stale', source: 'x-session-token' })

      clock.advance(1)
      expectDenial(await get(byToken(signedIn)), unavailable)
    },
  )

  it.each(['oversized', 'identity-mixup'] as const)(
    'is none where a person alone may be the reason: %s',
    async (fault) => {
      const { fake, get, clock } = await world.start({ options })
      const signedIn = fake.signIn()
      await get(byToken(signedIn)).expect(200)
      clock.advance(10_000)
      fake.fault(fault)
      expectDenial(await get(byToken(signedIn)), unavailable)
    },
  )

  it.each([
    ['more values than a session may have', { list: Array<number>(10_001).fill(0) }],
    ['deeper nesting', { deep: JSON.parse('['.repeat(65) + ']'.repeat(65)) as unknown }],
  ])('is none where somebody has edited their traits: %s', async (_how, traits) => {
    const { fake, ory, get, clock } = await world.start({ options })
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    clock.advance(10_000)
    fake.updateIdentity(signedIn.session.identity, { traits })
    expectDenial(await get(byToken(signedIn)), unavailable)
    expect(ory.stats().upstream).toMatchObject({ oversized: 1 })
  })

  it('is none where the traits are what the schema refuses', async () => {
    let isStrict = false
    const validate = (value: unknown) =>
      isStrict ? { issues: [{ message: 'no' }] } : { value: value as Record<string, unknown> }
    const traits = { '~standard': { version: 1, vendor: 'test', validate } } as const
    const { fake, get, clock } = await world.start({
      options: { ...options, traitsSchema: traits },
    })
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    clock.advance(10_000)
    isStrict = true
    expectDenial(await get(byToken(signedIn)), unavailable)
  })

  it('is none for a user who overloads the line, and was logged out meanwhile', async () => {
    const { fake, ory, clock } = await world.start({ options: { ...options, connections: 1 } })
    const first = fake.signIn()
    const { id } = first.session.identity
    const all = [first, ...[1, 2, 3, 4].map(() => fake.signIn({ identityId: id }))]
    const askAll = () => Promise.all(all.map((one) => ory.authenticate({ headers: byToken(one) })))
    for (const one of all) await ory.authenticate({ headers: byToken(one) })
    clock.advance(10_000)
    for (const one of all) fake.revoke(one)
    const codes = (await askAll()).map(({ error }) => error?.code)
    expect(new Set(codes)).toEqual(new Set(['session_invalid', 'authentication_unavailable']))
    expect(ory.stats().upstream).toMatchObject({ throttled: 3 })
  })

  it('is none for want of a permit, which one account with many sessions can cause', async () => {
    const { fake, ory, clock } = await world.start({
      // Long enough that both calls are there before the first one gives up.
      options: { ...options, connections: 1, timeoutMs: 2_000 },
    })
    const [revoked, other] = [fake.signIn(), fake.signIn()]
    for (const one of [revoked, other]) await ory.authenticate({ headers: byToken(one) })
    clock.advance(10_000)
    fake.revoke(revoked)
    fake.fault('silent')
    const slow = ory.authenticate({ headers: byToken(other) }, { fresh: true })
    await fake.calls.waitFor(3)
    const { error } = await ory.authenticate({ headers: byToken(revoked) })
    await slow

    expect(error?.code).toBe('authentication_unavailable')
    expect(ory.stats().upstream).toMatchObject({ overload: 1 })
  })

  it('is none for who was logged out and uses up the budget of made-up credentials', async () => {
    const { fake, get, clock } = await world.start({
      options: { ...options, connections: 1, staleIfErrorMs: 600_000 },
    })
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    // Nobody knows by then whether this is a session.
    clock.advance(120_000)
    fake.revoke(signedIn)
    for (const letter of 'abcde') await get({ 'x-session-token': `ory_st_${letter.repeat(32)}` })
    expectDenial(await get(byToken(signedIn)), unavailable)
  })

  it('is none for the rule of three, which three accounts of one person can cause', async () => {
    const [scene, users] = await startWithUsers(world, 3, { options })
    scene.fake.fault(404, { path: 'ready' })
    for (const person of users) scene.fake.revoke(person)
    expect(await statusesOf(scene, users.map(byToken))).toEqual([401, 401, 503])
  })

  it.each<[string, (fake: FakeOry) => void]>([
    ['readiness is not told', (fake) => fake.fault('silent', { path: 'ready' })],
    ['Ory is silent after it', (fake) => failSecondly(fake, 'silent')],
    ['Ory fails after it', (fake) => failSecondly(fake, 500)],
    ['Ory says after it that it is asked too much', (fake) => failSecondly(fake, 429)],
    ['a firewall answers after it', (fake) => failSecondly(fake, 'waf')],
  ])('is none for whom Ory has refused, though %s', async (_name, fail) => {
    const { fake, ory, get, clock } = await world.start({
      options: { ...options, timeoutMs: 1_000 },
    })
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    clock.advance(10_000)
    fake.revoke(signedIn)
    fail(fake)
    expectDenial(await get(byToken(signedIn)), unavailable)
    expect(ory.stats().upstream).toMatchObject({ ambiguous_401: 1 })
  })

  it('is not there unless it is asked for', async () => {
    const { fake, get, clock } = await world.start()
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    fake.fault(503)
    clock.advance(10_000)

    expectDenial(await get(headers), unavailable)
  })

  it('ends at expires_at', async () => {
    const { fake, get, clock } = await world.start({ options })
    const headers = byToken(fake.signIn({ expiresInMs: 30_000 }))
    await get(headers).expect(200)
    fake.fault(503)
    clock.advance(29_999)
    await get(headers).expect(200)

    clock.advance(1)
    const reply = await get(headers)

    expect(reply.status).not.toBe(200)
  })

  it('ends at expires_at even when the clock on the wall is set back', async () => {
    const { fake, get, clock } = await world.start({ options })
    const headers = byToken(fake.signIn({ expiresInMs: 30_000 }))
    await get(headers).expect(200)
    fake.fault(503)
    clock.advance(30_000)
    clock.setWall(-20_000)

    expectDenial(await get(headers), unavailable)
  })

  it('does not outlive a refusal', async () => {
    const { fake, get, clock } = await world.start({ options })
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    fake.revoke(signedIn)
    clock.advance(10_000)
    expectDenial(await get(byToken(signedIn)), sessionInvalid)
    fake.fault(503)
    clock.advance(2_001)

    expectDenial(await get(byToken(signedIn)), unavailable)
  })

  it.each(['session', 'identity', 'request'] as const)(
    'does not outlive invalidate by %s',
    async (by) => {
      const { fake, ory, get, clock } = await world.start({ options })
      const { session, token } = fake.signIn()
      await get(byToken({ token })).expect(200)
      clock.advance(10_000)
      fake.fault(503)
      await get(byToken({ token })).expect(200)

      const target = {
        session: { session: session.id },
        identity: { identity: session.identity.id },
        request: { request: { headers: byToken({ token }) } },
      }[by]
      expect(await ory.invalidate(target)).toBe(1)

      expectDenial(await get(byToken({ token })), unavailable)
    },
  )

  it.each<[string, SessionPolicy]>([
    ['aal', { aal: 'aal1' }],
    ['maxAgeMs', { maxAgeMs: 3_600_000 }],
    ['fresh', { fresh: true }],
  ])('is never given on a route that asks for %s', async (_name, policy) => {
    const { fake, get, clock } = await world.start({ options, policy })
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    fake.fault(503)
    clock.advance(10_000)

    expectDenial(await get(headers), unavailable)
  })

  it('still asks what else the policy asks for', async () => {
    let isAllowed = true
    const policy: SessionPolicy = { authMethods: ['password'], allow: () => isAllowed }
    const { fake, get, clock } = await world.start({ options, policy })
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)
    fake.fault(503)
    clock.advance(10_000)
    await get(headers).expect(200)
    isAllowed = false

    expect((await get(headers)).body.code).toBe('session_forbidden')
  })

  it('ends with the outage', async () => {
    const { fake, get, clock } = await world.start({ options })
    const signedIn = fake.signIn()
    await get(byToken(signedIn)).expect(200)
    const outage = fake.fault(503)
    clock.advance(10_000)
    await get(byToken(signedIn)).expect(200)
    fake.revoke(signedIn)
    outage.heal()

    expectDenial(await get(byToken(signedIn)), sessionInvalid)
  })

  it('is for nobody who is not known', async () => {
    const { fake, get } = await world.start({ options })
    fake.fault(503)

    expectDenial(await get(byToken(fake.signIn())), unavailable)
  })
})
