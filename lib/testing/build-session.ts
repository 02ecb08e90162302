import type { Session } from '../session/session.js'
import { completeMethods } from './aal.js'
import { copyJson, deepFreeze } from './freeze.js'
import { newIdentity } from './identities.js'
import { createTimestamp } from './timestamp.js'
import { newSessionIds, sessionBody } from './sessions.js'

/** Members that a built session shall have; those of `identity` are taken one by one. */
export interface SessionOverrides extends Partial<Omit<Session, 'identity'>> {
  readonly identity?: Partial<Session['identity']>
}

/**
 * Builds a session as whoami sends one, for tests that call a handler without any server: a live
 * aal1 session by password, begun now, good for 24 hours. Deep-frozen, as `req.session` is.
 *
 * ```ts
 * const session = buildSession({ identity: { metadata_public: { role: 'admin' } } })
 * ```
 */
export function buildSession(overrides: SessionOverrides = {}): Session {
  const at = createTimestamp()
  const now = at(Date.now())
  const identity = newIdentity(undefined, {}, now)
  const lifespanMs = 24 * 60 * 60_000
  const plain = sessionBody(
    {
      ...newSessionIds(),
      identityId: identity.id,
      lifespanMs,
      issuedAt: now,
      authenticatedAt: now,
      expiresAt: at(now.ms + lifespanMs),
      level: 'aal1',
      methods: completeMethods(undefined, 'aal1', now.text),
      isRevoked: false,
    },
    identity,
    { publicUrl: 'https://ory.example.com', schemaId: 'default' },
    now.ms,
  )
  const { identity: changes, ...members } = copyJson(overrides)
  return deepFreeze({ ...plain, ...members, identity: { ...plain.identity, ...changes } })
}
