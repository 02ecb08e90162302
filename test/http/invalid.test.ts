import { describe, expect, it } from '@jest/globals'
import type { FakeOry } from '../../lib/testing/index.js'
import { expectDenial, sessionInvalid } from '../support/denial.js'
import { frameworks } from '../support/frameworks.js'
import { byCookie, byToken, createWorld, madeUpToken } from '../support/world.js'
import type { Headers } from '../support/world.js'

type Carrier = (signedIn: ReturnType<FakeOry['signIn']>) => Headers

const kinds: Readonly<Record<string, (fake: FakeOry, carry: Carrier) => Headers>> = {
  unknown: () => byToken({ token: madeUpToken() }),
  'of another issuer': () => ({ 'X-Session-Token': 'somebody-elses' }),
  garbage: (fake) => ({ Cookie: `${fake.cookieName}=garbage` }),
  expired: (fake, carry) => carry(fake.signIn({ expiresInMs: -60_000 })),
  revoked: (fake, carry) => {
    const signedIn = fake.signIn()
    fake.revoke(signedIn)
    return carry(signedIn)
  },
  'logged out everywhere': (fake, carry) => {
    const signedIn = fake.signIn()
    fake.revokeAll(signedIn)
    return carry(signedIn)
  },
  'of an inactive identity': (fake, carry) => {
    const signedIn = fake.signIn()
    fake.deactivate(signedIn)
    return carry(signedIn)
  },
  'of an identity that says it is inactive': (fake, carry) => {
    fake.fault(({ status, headers, body }) => {
      const { identity, ...session } = body as { identity: object }
      return { status, headers, body: { ...session, identity: { ...identity, state: 'inactive' } } }
    })
    return carry(fake.signIn())
  },
  'over, whatever Ory says': (fake, carry) => {
    fake.fault(({ status, headers, body }) => ({
      status,
      headers,
      body: { ...(body as object), expires_at: '2026-03-01T11:59:59.999999999Z' },
    }))
    return carry(fake.signIn())
  },
  'active: false': (fake, carry) => {
    fake.fault('inactive')
    return carry(fake.signIn())
  },
}

const world = createWorld()
/** Each fake Ory has a port of its own, which the link to the login would show. */
const browserUrl = 'https://auth.example'

describe('a session that is not live', () => {
  it.each(frameworks)(
    'is answered with the same bytes, however it ended, $name',
    async (framework) => {
      const messages = []
      for (const arrange of Object.values(kinds)) {
        for (const carry of [byToken, byCookie]) {
          const { fake, site, get } = await world.start({ framework, options: { browserUrl } })
          const reply = await get(arrange(fake, carry))
          expectDenial(reply, sessionInvalid)
          expect(site.handled).toBe(0)
          const { date: _date, ...headers } = reply.headers
          messages.push({ status: reply.status, headers, text: reply.text })
        }
      }

      expect(messages).toHaveLength(2 * Object.keys(kinds).length)
      for (const message of messages) expect(message).toStrictEqual(messages[0])
    },
  )

  it.each(Object.keys(kinds))('is no session for an optional route either: %s', async (kind) => {
    const { fake, site, get } = await world.start({ isOptional: true })

    const reply = await get(kinds[kind]!(fake, byToken))

    expect(reply.status).toBe(200)
    expect(reply.body).toEqual({ session: null })
    expect(site.visits[0]!.nexts).toMatchObject([{ error: undefined }])
  })
})
