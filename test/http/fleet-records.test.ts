import { describe, expect, it } from '@jest/globals'
import type { Credential } from '../../lib/credential/credential.js'
import { createKeyring } from '../../lib/store/keyring.js'
import { seal, unseal } from '../../lib/store/seal.js'
import { outcomeOf, startFleet, storeSecret } from '../support/fleet.js'
import type { FleetScene } from '../support/fleet.js'
import { byCookie, byToken, createWorld, madeUpToken } from '../support/world.js'

const world = createWorld()

const recordsOf = ({ store }: FleetScene): string[] =>
  Object.values(store.dump()).filter((value) => typeof value === 'string')

const keyOf = ({ fake }: FleetScene, credential: Credential) =>
  createKeyring([storeSecret], `${fake.url}/`).recordKeys(credential)[0]

describe('a record', () => {
  it("holds Ory's text, and no Set-Cookie", async () => {
    const fleet = await startFleet(world)
    const signedIn = fleet.fake.signIn()
    const renewal = 'ory_kratos_session=renewed; Path=/'
    fleet.fake.fault((right) => ({
      ...right,
      headers: { ...right.headers, 'Set-Cookie': renewal },
    }))
    const [a, b] = [fleet.process(), fleet.process()]
    const headers = byCookie(signedIn)
    expect((await a.authenticate({ headers })).setCookie).toEqual([renewal])

    const [record] = recordsOf(fleet)
    const text = unseal(keyOf(fleet, { source: 'cookie', value: signedIn.cookie }), record!)
    expect(text).toContain(signedIn.session.id)
    expect(text).not.toContain('renewed')
    const { servedFrom, setCookie } = await b.authenticate({ headers })
    expect([servedFrom, setCookie]).toEqual(['cache', []])
  })

  it('is made of a live session alone: of no 401, no 403 and no failure', async () => {
    const fleet = await startFleet(world)
    const outcomes: string[] = []
    const ask = async (token: string) => {
      outcomes.push(await outcomeOf(fleet.process(), byToken({ token })))
    }
    await ask(madeUpToken())
    const error = { id: 'session_aal2_required', code: 403 }
    const json = { 'content-type': 'application/json' }
    fleet.fake.fault({ status: 403, headers: json, body: JSON.stringify({ error }) }, { times: 1 })
    await ask(fleet.fake.signIn().token)
    fleet.fake.fault(500, { times: 1 })
    await ask(fleet.fake.signIn().token)
    expect(outcomes).toEqual([
      'session_invalid',
      'session_aal2_required',
      'authentication_unavailable',
    ])
    expect(recordsOf(fleet)).toEqual([])
  })

  it.each([
    ['is no session', '{"active":true}'],
    ['is no JSON', '{"id":'],
    ['is the session of a user who is logged out', undefined],
  ])(
    'whose text %s is believed by no reader, though the secret has sealed it',
    async (_name, odd) => {
      const fleet = await startFleet(world)
      const signedIn = fleet.fake.signIn()
      const body = odd ?? JSON.stringify({ ...signedIn.session, active: false })
      const key = keyOf(fleet, { source: 'bearer', value: signedIn.token })
      const reader = fleet.process()
      await outcomeOf(reader, byToken(fleet.fake.signIn()))
      const cursor = '1'
      const head = JSON.stringify([fleet.clock.now(), 10_000, cursor, 0, null])
      await fleet.store.set(key.name, seal(key, `${head}\n${body}`), 10_000)
      expect(await outcomeOf(reader, byToken(signedIn))).toBe('upstream')
      // It is not the frame that the reader refuses.
      const whole = `${head}\n${JSON.stringify(signedIn.session)}`
      await fleet.store.set(key.name, seal(key, whole), 10_000)
      expect(await outcomeOf(fleet.process(), byToken(signedIn))).toBe('cache')
    },
  )

  it('is judged by the schema for traits of its reader, not of its writer', async () => {
    const fleet = await startFleet(world)
    const signedIn = fleet.fake.signIn({ traits: { email: 'ann@example.com' } })
    const refusing = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: () => ({ issues: [{ message: 'not these' }] }),
      },
    }
    expect(await outcomeOf(fleet.process(), byToken(signedIn))).toBe('upstream')
    const strict = fleet.process({ traitsSchema: refusing })
    const lax = await outcomeOf(fleet.process(), byToken(signedIn))
    expect(lax).toBe('cache')
    expect(await outcomeOf(strict, byToken(signedIn))).toBe('authentication_unavailable')
    expect(strict.stats().store.hits).toBe(0)
  })
})
