import type { Key } from '../credential/cache-key.js'
import type { Answer } from '../ory/whoami-answer.js'

/** Whom `invalidate` forgets, by all of their credentials. */
export type Person = { readonly session: string } | { readonly identity: string }

/** What `invalidate` forgets. */
export type Forgotten = { readonly key: Key } | Person

/** Whether a session, by its id and that of its identity, is one that is forgotten. */
export function isMeant(what: Person, session: string, identity: string): boolean {
  return 'session' in what ? what.session === session : what.identity === identity
}

/** Whether an answer to a key is about something that was forgotten. */
export function isAbout(forgotten: Forgotten, key: Key, answer: Answer): boolean {
  if ('key' in forgotten) return forgotten.key === key
  if (answer.kind !== 'live') return false
  const { session } = answer.live
  return isMeant(forgotten, session.id, session.identity.id)
}
