import { createFakeOry, type FakeOryOptions } from '../../lib/testing/index.js'
import type { Configuration, Ory, SignedIn } from './ory.js'

const lifespanMs = 3_000

const options: Record<Configuration, FakeOryOptions> = {
  plain: {},
  highest: { requiredAal: 'highest_available' },
  cacheable: { requiredAal: 'highest_available', cacheableSessions: true },
  brief: { sessionLifespanMs: lifespanMs },
}

/** The fake Ory as the table sees it. */
export async function createFake(configuration: Configuration): Promise<Ory> {
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const fake = await createFakeOry({
    schemaId: 'person',
    clock: { now },
    ...options[configuration],
  })
  const bare = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1)
  const pick = (by: SignedIn['by'], made: { cookie: string; token: string }) =>
    by === 'token' ? made.token : bare(made.cookie)

  return {
    url: fake.url,
    now,
    async signIn({ traits, verified = false, metadataPublic = null }, by, secondFactor) {
      const enrolled = secondFactor === 'enrolled'
      const made = fake.signIn({ traits, verified, metadataPublic, secondFactor: enrolled })
      const { session } = made
      return { identity: session.identity.id, session: session.id, by, value: pick(by, made) }
    },
    async stepUp(who) {
      const method = who.by === 'token' ? 'totp' : 'lookup_secret'
      return { ...who, value: pick(who.by, fake.stepUp(who.session, { method })) }
    },
    // Ory's own logout ends the session as an administrator does.
    logOut: async (who) => fake.revoke(who.session),
    revoke: async (who) => fake.revoke(who.session),
    extend: async (who) => void fake.extend(who.session),
    deactivate: async ({ identity }) => fake.deactivate(identity),
    expire: async () => void (aheadMs += lifespanMs + 1),
    close: () => fake.close(),
  }
}
