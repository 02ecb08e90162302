import type { Session } from '../session/session.js'
import type { IdentityRecord } from './identities.js'
import type { Registry } from './registry.js'
import type { SessionRecord } from './sessions.js'

/** A session: what `signIn` returned, the session itself, or its id. */
export type SessionReference = string | { readonly session: { readonly id: string } } | Session

/** A person: a session of theirs in any of those ways, the identity itself, or its id. */
export type IdentityReference =
  | string
  | { readonly session: { readonly identity: { readonly id: string } } }
  | { readonly identity: { readonly id: string } }
  | Session['identity']

/** Finds the session that is meant. Throws a `TypeError` when this fake has not made it. */
export function findSession(registry: Registry, reference: SessionReference): SessionRecord {
  refuseNoReference('a session', reference)
  const inner =
    typeof reference !== 'string' && 'session' in reference ? reference.session : reference
  const id = typeof inner === 'string' ? inner : inner.id
  const session = registry.session(id)
  if (session === undefined) throw new TypeError(`This fake Ory has no session '${id}'`)
  return session
}

/** Finds the person who is meant. Throws a `TypeError` when this fake has not made them. */
export function findIdentity(registry: Registry, reference: IdentityReference): IdentityRecord {
  refuseNoReference('an identity', reference)
  const id = typeof reference === 'string' ? reference : identityOf(reference).id
  const identity = registry.identity(id)
  if (identity === undefined) throw new TypeError(`This fake Ory has no identity '${id}'`)
  return identity
}

function identityOf(reference: Exclude<IdentityReference, string>): { readonly id: string } {
  if ('session' in reference) return reference.session.identity
  return 'identity' in reference ? reference.identity : reference
}

/** Refuses what is neither an id nor an object. */
function refuseNoReference(kind: string, reference: unknown): void {
  if (typeof reference === 'string' || (typeof reference === 'object' && reference !== null)) return
  throw new TypeError(`Expected ${kind} or its id, got ${String(reference)}`)
}
