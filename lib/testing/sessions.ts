import { randomInt, randomUUID } from 'node:crypto'
import type { AuthenticatorAssuranceLevel, Session } from '../session/session.js'
import { deepFreeze } from './freeze.js'
import { identityBody, type IdentityRecord } from './identities.js'
import type { Timestamp } from './timestamp.js'

/** A session that the fake knows, over or not. */
export interface SessionRecord {
  readonly id: string
  readonly token: string
  readonly logoutToken: string
  readonly identityId: string
  readonly lifespanMs: number
  readonly issuedAt: Timestamp
  readonly authenticatedAt: Timestamp
  readonly expiresAt: Timestamp
  readonly level: AuthenticatorAssuranceLevel
  readonly methods: Session['authentication_methods']
  readonly isRevoked: boolean
  readonly deviceId: string
}

/** The members of a session that are made up. */
export function newSessionIds(): Pick<SessionRecord, 'id' | 'token' | 'logoutToken' | 'deviceId'> {
  return {
    id: randomUUID(),
    token: `ory_st_${randomText()}`,
    logoutToken: `ory_lo_${randomText()}`,
    deviceId: randomUUID(),
  }
}

function randomText(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return Array.from({ length: 32 }, () => letters[randomInt(letters.length)]).join('')
}

/** Kratos' rule for a session that counts: not revoked, not over, its person not deactivated. */
export function isLive(session: SessionRecord, identity: IdentityRecord, now: number): boolean {
  return !session.isRevoked && session.expiresAt.ms > now && identity.state === 'active'
}

/** The session the way whoami sends it, members in Kratos' order. It is deep-frozen. */
export function sessionBody(
  session: SessionRecord,
  identity: IdentityRecord,
  settings: { publicUrl: string; schemaId: string },
  now: number,
): Session {
  return deepFreeze({
    id: session.id,
    // Whoami never says anything else; only a look at a session that is over finds it false.
    active: isLive(session, identity, now) as true,
    expires_at: session.expiresAt.text,
    authenticated_at: session.authenticatedAt.text,
    authenticator_assurance_level: session.level,
    authentication_methods: session.methods,
    issued_at: session.issuedAt.text,
    identity: identityBody(identity, settings),
    devices: [
      {
        id: session.deviceId,
        ip_address: '127.0.0.1:50000',
        user_agent: 'express-ory-session/testing',
        location: '',
      },
    ],
  })
}
