import type { Key } from '../credential/cache-key.js'
import type { Answer } from '../ory/whoami-answer.js'

/** A session or an identity, by its id: the owner of credentials. */
export type Owner = { readonly session: string } | { readonly identity: string }

/** What `invalidate` forgets. */
export type Invalidation = { readonly key: Key } | Owner

/** Returns whether an answer to a key is about something that was invalidated. */
export function isAbout(what: Invalidation, key: Key, answer: Answer): boolean {
  if ('key' in what) return what.key === key
  if (answer.kind !== 'live') return false
  const { session } = answer.live
  return 'session' in what ? what.session === session.id : what.identity === session.identity.id
}
