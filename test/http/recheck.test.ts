import { describe, expect, it } from '@jest/globals'
import type { SessionPolicy } from '../../lib/index.js'
import type { FakeOry, SignedIn, SignInOptions } from '../../lib/testing/index.js'
import { byCookie, byToken, createWorld } from '../support/world.js'

const world = createWorld()

const stepUp = (fake: FakeOry, signedIn: SignedIn): unknown => fake.stepUp(signedIn)

interface Row {
  readonly name: string
  readonly policy: SessionPolicy
  readonly signIn?: SignInOptions
  readonly change: (fake: FakeOry, signedIn: SignedIn) => unknown
}

const rows: readonly Row[] = [
  { name: 'a step-up', policy: { aal: 'aal2' }, change: stepUp },
  { name: 'another method', policy: { authMethods: ['totp'] }, change: stepUp },
  {
    name: 'a fresh login',
    policy: { maxAgeMs: 60_000 },
    signIn: { authenticatedAgoMs: 3_600_000 },
    change: stepUp,
  },
  {
    name: 'a verified address',
    policy: { verifiedAddress: true },
    signIn: { verified: false },
    change: (fake, signedIn) => fake.updateIdentity(signedIn, { verified: true }),
  },
]

describe('a cached session that falls short of a policy', () => {
  it.each(rows)('is asked about once more, so $name counts at once', async (row) => {
    for (const carry of [byToken, byCookie]) {
      const { fake, ory, get } = await world.start()
      const strict = await world.site(ory.requireSession(row.policy))
      const signedIn = fake.signIn(row.signIn)
      const headers = carry(signedIn)
      await get(headers).expect(200)
      row.change(fake, signedIn)

      expect((await fetch(strict.origin, { headers })).status).toBe(200)

      expect(fake.calls.whoami).toBe(2)
      expect(fake.calls.last!.headers['cache-control']).toBe('max-age=0')
      // And that is what memory holds from now on.
      expect((await fetch(strict.origin, { headers })).status).toBe(200)
      expect(fake.calls.whoami).toBe(2)
    }
  })

  it.each(rows)(
    'is denied when Ory says the same, at most one call a second: $name',
    async (row) => {
      const { fake, get, clock } = await world.start({ policy: row.policy })
      const signedIn = fake.signIn(row.signIn)
      const other = fake.signIn(row.signIn)
      // What Ory has just said is not asked again by the same request.
      await get(byToken(signedIn)).expect(403)
      expect(fake.calls.whoami).toBe(1)

      await get(byToken(signedIn)).expect(403)
      expect(fake.calls.whoami).toBe(2)
      clock.advance(999)
      for (let round = 0; round < 3; round += 1) await get(byToken(signedIn)).expect(403)
      expect(fake.calls.whoami).toBe(2)

      clock.advance(1)
      await get(byToken(signedIn)).expect(403)
      expect(fake.calls.whoami).toBe(3)

      // The bound is each credential's own.
      await get(byToken(other)).expect(403)
      await get(byToken(other)).expect(403)
      expect(fake.calls.whoami).toBe(5)
    },
  )

  it('is asked about by one call when many requests come at one time', async () => {
    const { fake, ory, get } = await world.start()
    const strict = await world.site(ory.requireSession({ aal: 'aal2' }))
    const signedIn = fake.signIn()
    const headers = byToken(signedIn)
    await get(headers).expect(200)
    fake.stepUp(signedIn)
    const held = fake.fault('held')
    const replies = Array.from({ length: 5 }, async () => fetch(strict.origin, { headers }))
    await strict.arrived(5)
    held.heal()

    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(Array(5).fill(200))
    expect(fake.calls.whoami).toBe(2)
  })

  it('is not asked about for the sake of the predicate', async () => {
    const { fake, get } = await world.start({ policy: { allow: () => false } })
    const headers = byToken(fake.signIn())

    await get(headers).expect(403)
    await get(headers).expect(403)

    expect(fake.calls.whoami).toBe(1)
  })

  it('is not held against a later route that asks for less', async () => {
    const { fake, ory, get } = await world.start()
    const strict = await world.site(ory.requireSession({ aal: 'aal2' }))
    const headers = byToken(fake.signIn())

    expect((await fetch(strict.origin, { headers })).status).toBe(403)
    await get(headers).expect(200)

    expect(fake.calls.whoami).toBe(1)
  })

  it('that has been revoked meanwhile is a 401', async () => {
    const { fake, ory, get } = await world.start()
    const strict = await world.site(ory.requireSession({ aal: 'aal2' }))
    const signedIn = fake.signIn()
    const headers = byToken(signedIn)
    await get(headers).expect(200)
    fake.revoke(signedIn)

    expect((await fetch(strict.origin, { headers })).status).toBe(401)
    await get(headers).expect(401)
  })
})
