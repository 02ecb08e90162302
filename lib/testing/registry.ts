import type { Session } from '../session/session.js'
import type { IdentityRecord } from './identities.js'
import { createTimestamp, type Timestamp } from './timestamp.js'
import type { Settings } from './fake-options.js'
import { isLive, sessionBody, type SessionRecord } from './sessions.js'

/** A session that counts, and whose it is. */
export interface OpenSession {
  readonly session: SessionRecord
  readonly identity: IdentityRecord
}

/** Everybody the fake knows, and their sessions: what Kratos' database is to Kratos. */
export interface Registry {
  readonly now: () => Timestamp
  readonly at: (ms: number) => Timestamp
  readonly identity: (id: string) => IdentityRecord | undefined
  /** Everybody, in the order in which they came. */
  readonly identities: () => IdentityRecord[]
  readonly owner: (session: SessionRecord) => IdentityRecord
  readonly session: (id: string) => SessionRecord | undefined
  /** The session of a token, over or not. */
  readonly sessionOf: (token: string) => SessionRecord | undefined
  readonly sessionsOf: (identityId: string) => SessionRecord[]
  readonly putIdentity: (identity: IdentityRecord) => void
  readonly putSession: (session: SessionRecord) => void
  /** The session that a token opens now, with its person; none if either is over. */
  readonly open: (token: string) => OpenSession | undefined
  readonly body: (session: SessionRecord) => Session
}

/** Whether a session falls short of `session.whoami.required_aal`. */
export function lacksFactor(
  { session: { level }, identity }: OpenSession,
  required: Settings['requiredAal'],
): boolean {
  if (level > 'aal1') return false
  return required === 'aal1' ? level < 'aal1' : identity.secondFactor
}

export function createRegistry(settings: Settings & { readonly publicUrl: string }): Registry {
  const identities = new Map<string, IdentityRecord>()
  const sessions = new Map<string, SessionRecord>()
  const idsByToken = new Map<string, string>()
  const at = createTimestamp()
  const clockMs = (): number => Math.floor(settings.clock.now())

  const owner = (session: SessionRecord): IdentityRecord => {
    const identity = identities.get(session.identityId)
    if (identity === undefined) throw new Error(`Session ${session.id} is nobody's`)
    return identity
  }

  const sessionOf: Registry['sessionOf'] = (token) => sessions.get(idsByToken.get(token) ?? '')

  return {
    now: () => at(clockMs()),
    at,
    identity: (id) => identities.get(id),
    identities: () => [...identities.values()],
    owner,
    session: (id) => sessions.get(id),
    sessionOf,
    sessionsOf: (id) => [...sessions.values()].filter(({ identityId }) => identityId === id),
    putIdentity: (identity) => void identities.set(identity.id, identity),
    putSession(session) {
      sessions.set(session.id, session)
      idsByToken.set(session.token, session.id)
    },
    open(token) {
      const session = sessionOf(token)
      if (session === undefined) return undefined
      const identity = owner(session)
      return isLive(session, identity, clockMs()) ? { session, identity } : undefined
    },
    body: (session) => sessionBody(session, owner(session), settings, clockMs()),
  }
}
