import { describe, expect, it } from '@jest/globals'
import type { FakeOry } from '../../lib/testing/index.js'
import { byCookie, byToken, createWorld } from '../support/world.js'

const world = createWorld()
const withoutRefresh = { refreshAhead: false } as const

describe('a session in memory', () => {
  it.each([
    ['token', byToken],
    ['cookie', byCookie],
  ])('is believed for cacheTtlMs, and no longer, by %s', async (_name, carry) => {
    const { fake, get, clock } = await world.start({ options: withoutRefresh })
    const headers = carry(fake.signIn())
    await get(headers).expect(200)
    clock.advance(9_999)
    await get(headers).expect(200)
    expect(fake.calls.whoami).toBe(1)

    clock.advance(1)
    await get(headers).expect(200)

    expect(fake.calls.whoami).toBe(2)
  })

  it('is believed from the start of the call, however long Ory took', async () => {
    const { fake, get, clock } = await world.start({ options: withoutRefresh })
    const headers = byToken(fake.signIn())
    const held = fake.fault('held')
    const first = get(headers).then(({ status }) => status)
    await fake.calls.waitFor(1)
    clock.advance(1_500)
    held.heal()
    expect(await first).toBe(200)

    clock.advance(8_499)
    await get(headers).expect(200)
    expect(fake.calls.whoami).toBe(1)
    clock.advance(1)
    await get(headers).expect(200)
    expect(fake.calls.whoami).toBe(2)
  })

  it('is not believed longer because it is used', async () => {
    const { fake, get, clock } = await world.start({ options: withoutRefresh })
    const headers = byToken(fake.signIn())
    for (let second = 0; second < 20; second += 1) {
      await get(headers).expect(200)
      clock.advance(1_000)
    }

    expect(fake.calls.whoami).toBe(2)
  })

  it.each<[string, (clock: Awaited<ReturnType<typeof world.start>>['clock']) => void]>([
    ['the wall clock is set forward', (clock) => clock.setWall(10_000)],
    [
      'the wall clock is set back meanwhile',
      (clock) => {
        clock.setWall(-3_600_000)
        clock.advance(10_000)
      },
    ],
    ['the monotonic clock alone has gone on', (clock) => clock.advanceMonotonic(10_000)],
  ])('is asked about again when %s', async (_name, move) => {
    const { fake, get, clock } = await world.start({ options: withoutRefresh })
    const headers = byToken(fake.signIn())
    await get(headers).expect(200)

    move(clock)
    await get(headers).expect(200)

    expect(fake.calls.whoami).toBe(2)
  })

  it('is not believed past expires_at', async () => {
    const { fake, get, clock } = await world.start({ options: withoutRefresh })
    const headers = byToken(fake.signIn({ expiresInMs: 3_000 }))
    await get(headers).expect(200)
    clock.advance(2_999)
    await get(headers).expect(200)
    expect(fake.calls.whoami).toBe(1)

    clock.advance(1)
    const reply = await get(headers)

    expect([reply.status, reply.body.code]).toEqual([401, 'session_invalid'])
  })

  it.each<[string, Parameters<FakeOry['fault']>[0] | undefined, object, number]>([
    ['its cap', undefined, { cacheableSessions: true, cacheableSessionsMaxAgeMs: 3_000 }, 3_000],
    ['a longer time than the TTL', undefined, { cacheableSessions: true }, 10_000],
    [
      '0',
      (right) => ({ ...right, headers: { ...right.headers, 'Ory-Session-Cache-For': '0' } }),
      {},
      0,
    ],
    [
      'nonsense',
      (right) => ({ ...right, headers: { ...right.headers, 'Ory-Session-Cache-For': '-1' } }),
      {},
      0,
    ],
  ])(
    'is believed no longer than Ory-Session-Cache-For says: %s',
    async (_name, fault, fakeOptions, ms) => {
      const { fake, get, clock } = await world.start({ options: withoutRefresh, fakeOptions })
      if (fault) fake.fault(fault)
      const headers = byToken(fake.signIn())
      await get(headers).expect(200)
      if (ms > 0) {
        clock.advance(ms - 1)
        await get(headers).expect(200)
      }
      expect(fake.calls.whoami).toBe(1)

      clock.advance(1)
      await get(headers).expect(200)

      expect(fake.calls.whoami).toBe(2)
    },
  )

  it('stays the same object while Ory says the same of it, and no longer', async () => {
    const { fake, ory, clock } = await world.start({ options: withoutRefresh })
    const person = fake.signIn()
    const ask = async () => {
      clock.advance(10_000)
      return (await ory.authenticate({ headers: byToken(person) })).session
    }
    // The second answer says the same: the session is read from the text that is cached, and kept.
    await ask()
    const first = await ask()
    expect(await ask()).toBe(first)
    fake.stepUp(person.session.id)
    expect(await ask()).toMatchObject({ id: first?.id, authenticator_assurance_level: 'aal2' })
    expect(fake.calls.whoami).toBe(4)
  })

  it('is read from what Ory sent at its first hit, and stays the same object from then on', async () => {
    const { fake, ory } = await world.start()
    const users = Array.from({ length: 70 }, (_, n) => fake.signIn({ traits: { n } }))
    const askAll = async (from: string) => {
      const sessions = []
      for (const person of users) {
        const found = await ory.authenticate({ headers: byToken(person) })
        expect([found.servedFrom, found.session]).toEqual([from, person.session])
        expect(Object.isFrozen(found.session?.identity.traits)).toBe(true)
        sessions.push(found.session)
      }
      return sessions
    }
    const [first, second, third] = [
      await askAll('upstream'),
      await askAll('cache'),
      await askAll('cache'),
    ]
    expect(second.every((session, index) => session !== first[index])).toBe(true)
    expect(third.every((session, index) => session === second[index])).toBe(true)
    expect(fake.calls.whoami).toBe(70)
  })

  it('is asked for each time when cacheTtlMs is 0', async () => {
    const { fake, ory, get } = await world.start({ options: { cacheTtlMs: 0 } })
    const headers = byToken(fake.signIn())

    for (let round = 0; round < 3; round += 1) await get(headers).expect(200)

    expect(fake.calls.whoami).toBe(3)
    expect(ory.stats().hits).toBe(0)
  })

  it.each<[string, object, number]>([
    ['cacheMaxSessions', { cacheMaxSessions: 2 }, 2],
    ['cacheMaxBytes', { cacheMaxBytes: 15_000 }, 2],
  ])('goes when there are more than %s', async (_name, options, most) => {
    const { fake, ory, get } = await world.start({ options })
    const users = [fake.signIn(), fake.signIn(), fake.signIn()].map(byToken)
    for (const headers of users) await get(headers).expect(200)
    expect(ory.stats().entries).toBe(most)

    await get(users[2]).expect(200)
    expect(fake.calls.whoami).toBe(3)
    await get(users[0]).expect(200)
    expect(fake.calls.whoami).toBe(4)
  })

  it('is not pushed out by one user with endless cookies beside their own', async () => {
    const { fake, get } = await world.start({ options: { cacheMaxSessions: 20 } })
    const other = byToken(fake.signIn())
    const { cookie } = fake.signIn()
    await get(other).expect(200)
    for (let index = 0; index < 30; index += 1) {
      await get({ Cookie: `${cookie}; ory_session_${String(index)}=x` }).expect(200)
    }
    fake.calls.reset()
    await get(other).expect(200)
    expect(fake.calls.whoami).toBe(0)
  })

  it('is a fact: each route and each request judges it anew', async () => {
    const { fake, ory, get } = await world.start()
    const strict = await world.site(ory.requireSession({ aal: 'aal2' }))
    let isAllowed = true
    const moody = await world.site(ory.requireSession({ allow: () => isAllowed }))
    const headers = byToken(fake.signIn())
    const statusOf = async ({ origin }: { origin: string }): Promise<number> =>
      (await fetch(origin, { headers })).status

    await get(headers).expect(200)
    expect(await statusOf(strict)).toBe(403)
    expect(await statusOf(moody)).toBe(200)
    isAllowed = false
    expect(await statusOf(moody)).toBe(403)
    await get(headers).expect(200)
  })

  it('is never a 403 of Ory itself', async () => {
    const { fake, get } = await world.start({ fakeOptions: { requiredAal: 'highest_available' } })
    const signedIn = fake.signIn({ secondFactor: true })
    await get(byToken(signedIn)).expect(403)
    await get(byToken(signedIn)).expect(403)
    expect(fake.calls.whoami).toBe(2)

    fake.stepUp(signedIn)

    await get(byToken(signedIn)).expect(200)
  })
})
