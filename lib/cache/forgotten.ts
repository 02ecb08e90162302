import type { Key } from '../credential/key.js'
import type { Answer } from '../upstream/answer.js'

/** What `invalidate` forgets. */
export type Forgotten =
  { readonly key: Key } | { readonly session: string } | { readonly identity: string }

/** Whether an answer to a key is about something that was forgotten. */
export function isAbout(forgotten: Forgotten, key: Key, answer: Answer): boolean {
  if ('key' in forgotten) return forgotten.key === key
  if (answer.kind !== 'live') return false
  const { session } = answer.live
  return 'session' in forgotten
    ? forgotten.session === session.id
    : forgotten.identity === session.identity.id
}
