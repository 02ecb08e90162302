import { createFakeOry, type FakeOryOptions } from '../../lib/testing/index.js'
import type { Configuration, OryOnDatabase, SignedIn } from './ory.js'

const lifespanMs = 3_000

const options: Record<Configuration, FakeOryOptions> = {
  plain: {},
  highest: { requiredAal: 'highest_available' },
  cacheable: { requiredAal: 'highest_available', cacheableSessions: true },
  brief: { sessionLifespanMs: lifespanMs },
}

/** The fake Ory as the table sees it. */
export async function createFake(configuration: Configuration): Promise<OryOnDatabase> {
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const fake = await createFakeOry({
    schemaId: 'person',
    allowedReturnUrls: ['http://127.0.0.1:4455'],
    defaultBrowserReturnUrl: 'http://127.0.0.1:4455/',
    clock: { now },
    ...options[configuration],
  })
  const bare = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1)
  const pick = (by: SignedIn['by'], made: { cookie: string; token: string }) =>
    by === 'token' ? made.token : bare(made.cookie)

  const addresses = new Map<string, string>()
  /** Identity → its sessions. */
  const sessionsOf = new Map<string, string[]>()
  function note({ session, cookie, token }: ReturnType<typeof fake.signIn>, by: SignedIn['by']) {
    const identity = session.identity.id
    sessionsOf.set(identity, [...(sessionsOf.get(identity) ?? []), session.id])
    return { identity, session: session.id, by, value: pick(by, { cookie, token }) }
  }

  return {
    url: fake.url,
    now,
    async signIn({ traits, verified = false, metadataPublic = null }, by, secondFactor) {
      const enrolled = secondFactor === 'enrolled'
      const made = fake.signIn({ traits, verified, metadataPublic, secondFactor: enrolled })
      addresses.set(made.session.identity.id, traits.email)
      return note(made, by)
    },
    signInAgain: async ({ identity }, by) => note(fake.signIn({ identityId: identity }), by),
    loginFields: ({ identity }) => ({
      method: 'password',
      identifier: addresses.get(identity) ?? '',
      password: 'any',
    }),
    async changePassword({ identity, session }) {
      const others = (sessionsOf.get(identity) ?? []).filter((one) => one !== session)
      others.forEach((one) => fake.revoke(one))
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
    stopDatabase: async () => fake.database.stop(),
    startDatabase: async () => fake.database.start(),
    close: () => fake.close(),
  }
}
