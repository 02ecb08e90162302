import type { Session } from '../session/session.js'
import { refuseBadNumber, refuseUnknownKeys } from './fake-validators.js'
import { changeIdentity, setState, type IdentityChanges } from './identities.js'
import type { Settings } from './fake-options.js'
import {
  findIdentity,
  findSession,
  type IdentityReference,
  type SessionReference,
} from './resolve-reference.js'
import type { Registry } from './registry.js'

export type { IdentityReference, SessionReference }

/** What an administrator, or the users themselves elsewhere, do to sessions and identities. */
export interface AdminApi {
  /** What whoami would say about a session now; `active` is `false` when it would say 401. */
  session(session: SessionReference): Session
  /** Ends a session, as logging out does. */
  revoke(session: SessionReference): void
  /** Ends every session of a person. */
  revokeAll(identity: IdentityReference): void
  /**
   * Lets a session expire later: by so many milliseconds, or, as Kratos does it, `sessionLifespanMs`
   * from now. From then on whoami answers a cookie from before with a `Set-Cookie`, each time with
   * another value, until it is asked with one of those. That is so even where the clock has stood
   * still since the session began: like Kratos' nanoseconds, no two moments of the fake are the same.
   */
  extend(session: SessionReference, byMs?: number): Session
  /** Locks a person out: their sessions are refused until `activate`. */
  deactivate(identity: IdentityReference): void
  /** Lets a person in again, with the sessions they had. */
  activate(identity: IdentityReference): void
  /** Changes a person, and so what all of their sessions say. */
  updateIdentity(identity: IdentityReference, changes: IdentityChanges): void
}

export function createAdminApi(registry: Registry, settings: Settings): AdminApi {
  return {
    session: (reference) => registry.body(findSession(registry, reference)),
    revoke(reference) {
      registry.putSession({ ...findSession(registry, reference), isRevoked: true })
    },
    revokeAll(reference) {
      const { id } = findIdentity(registry, reference)
      for (const session of registry.sessionsOf(id)) {
        registry.putSession({ ...session, isRevoked: true })
      }
    },
    extend(reference, byMs) {
      refuseBadNumber('extend: byMs', byMs, 0)
      const old = findSession(registry, reference)
      const session = {
        ...old,
        expiresAt: registry.at(
          byMs === undefined
            ? registry.now().ms + settings.sessionLifespanMs
            : old.expiresAt.ms + byMs,
        ),
      }
      registry.putSession(session)
      return registry.body(session)
    },
    deactivate(reference) {
      registry.putIdentity(setState(findIdentity(registry, reference), 'inactive', registry.now()))
    },
    activate(reference) {
      registry.putIdentity(setState(findIdentity(registry, reference), 'active', registry.now()))
    },
    updateIdentity(reference, changes) {
      const known = ['traits', 'metadataPublic', 'verified', 'secondFactor']
      refuseUnknownKeys('updateIdentity', changes, known)
      const identity = findIdentity(registry, reference)
      registry.putIdentity(changeIdentity(identity, changes, registry.now()))
    },
  }
}
