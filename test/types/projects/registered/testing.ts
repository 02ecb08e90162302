// A session for the tests of an application has its registered types, too.
import type { Session } from 'express-ory-session'
import { buildSession, createFakeOry } from 'express-ory-session/testing'

export const admin: Session = buildSession({
  identity: {
    traits: { email: 'ada@example.com', name: { first: 'Ada' } },
    metadata_public: { role: 'admin' },
  },
})
// @ts-expect-error -- not a registered role
buildSession({ identity: { metadata_public: { role: 'owner' } } })

export async function signIn(): Promise<string> {
  const fake = await createFakeOry()
  return fake.signIn({ traits: { email: 'ada@example.com' } }).session.identity.traits.email
}
