import { describe, expect, it } from '@jest/globals'
import { createKeyring } from '../../lib/store/keyring.js'
import { seal, unseal } from '../../lib/store/seal.js'
import { outcomeOf, startFleet, storeSecret } from '../support/fleet.js'
import { byToken, createWorld } from '../support/world.js'

const world = createWorld()

/** The name of the only record in a dump, and its value. */
function recordOf(dump: object): readonly [string, string] {
  const found = Object.entries(dump).find(([, value]) => typeof value === 'string')
  return found as [string, string]
}

describe('an attacker who can write to the store and owns an account', () => {
  it('cannot make another of themselves, by moving a record nor by a seal of their own', async () => {
    const fleet = await startFleet(world)
    const admin = fleet.fake.signIn()
    const mallory = fleet.fake.signIn()
    await outcomeOf(fleet.process(), byToken(admin))
    const [adminName, adminValue] = recordOf(fleet.store.dump())
    await fleet.store.delete(adminName)
    await outcomeOf(fleet.process(), byToken(mallory))
    const [malloryName] = recordOf(fleet.store.dump())

    // All of it but the secret is known to the attacker: the code, the URL and their own token.
    const guessed = createKeyring(['a guess of the attacker, of 32 bytes'], `${fleet.fake.url}/`)
    const [key] = guessed.recordKeys({ source: 'bearer', value: mallory.token })
    const text = `[${String(fleet.clock.now())},10000,"1",0,null]\n${JSON.stringify(admin.session)}`
    const forged = [
      adminValue,
      seal({ ...key, name: malloryName }, text),
      seal({ ...key, name: malloryName, kid: adminValue.split('.')[1]! }, text),
      text,
      '',
      'x'.repeat(1_000_000),
    ]
    for (const value of forged) {
      await fleet.store.set(malloryName, value, 10_000)
      const reader = fleet.process()
      const { session, servedFrom } = (await reader.authenticate({
        headers: { ...byToken(mallory) },
      })) as { session: { id: string }; servedFrom: string }
      expect(servedFrom).toBe('upstream')
      expect(session.id).toBe(mallory.session.id)
      expect(reader.stats().store.faults.unsealed).toBe(1)
    }
    // With the secret the same text would be believed: that alone keeps it out.
    const [real] = createKeyring([storeSecret], `${fleet.fake.url}/`).recordKeys({
      source: 'bearer',
      value: mallory.token,
    })
    await fleet.store.set(malloryName, seal(real, text), 10_000)
    expect(await outcomeOf(fleet.process(), byToken(mallory))).toBe('cache')
  })

  it('cannot bring back what was invalidated, by a copy of the record nor by deleting the log', async () => {
    const fleet = await startFleet(world)
    const a = fleet.process()
    const signedIn = fleet.fake.signIn()
    await outcomeOf(a, byToken(signedIn))
    const [name, value] = recordOf(fleet.store.dump())
    fleet.fake.revoke(signedIn)
    await a.invalidate({ session: signedIn.session.id })

    await fleet.store.set(name, value, 10_000)
    expect(await outcomeOf(fleet.process(), byToken(signedIn))).toBe('session_invalid')
    fleet.store.wipe()
    await fleet.store.set(name, value, 10_000)
    expect(await outcomeOf(fleet.process(), byToken(signedIn))).toBe('session_invalid')
  })

  it('cannot make a record live longer than its seal says', async () => {
    const fleet = await startFleet(world)
    const signedIn = fleet.fake.signIn()
    await outcomeOf(fleet.process(), byToken(signedIn))
    const [name, value] = recordOf(fleet.store.dump())
    const [key] = createKeyring([storeSecret], `${fleet.fake.url}/`).recordKeys({
      source: 'bearer',
      value: signedIn.token,
    })
    expect(unseal(key, value)).toContain(signedIn.session.id)
    await fleet.store.set(name, value, 3_600_000)
    const reader = fleet.process()
    expect(await outcomeOf(reader, byToken(signedIn))).toBe('upstream')
    expect(reader.stats().store.faults.endless).toBe(1)
    fleet.clock.advance(10_000)
    await fleet.store.set(name, value, 10_000)
    fleet.fake.revoke(signedIn)
    expect(await outcomeOf(fleet.process(), byToken(signedIn))).toBe('session_invalid')
  })
})
