import type { Invalidation } from '../cache/invalidation.js'
import type { Key } from '../credential/cache-key.js'
import type { SessionError } from '../shared/session-error.js'
import type { ResolvedPolicy } from './policy.js'

/** Something that is open as long as a session lives, and what is known of that session. */
export interface Watch {
  readonly request: unknown
  readonly policy: ResolvedPolicy
  /** `undefined`: the request has no credential that Ory could know. */
  readonly key: Key | undefined
  readonly everyMs: number
  readonly onEnd: (error: SessionError) => unknown
  sessionId: string | undefined
  identityId: string | undefined
  /** `expires_at` in milliseconds since the epoch; infinite until the session is known. */
  expiresAt: number
  /** When Ory is asked next, on the monotonic clock. */
  dueAt: number
  /** Which invalidation is the first that the watch has to hear of, by its position. */
  hearsFrom: number
}

/** Returns whether a watch ends by an invalidation, as far as its session is known. */
export function isAbout(
  what: Invalidation,
  { key, sessionId, identityId }: Pick<Watch, 'key' | 'sessionId' | 'identityId'>,
): boolean {
  if ('key' in what) return what.key === key
  return 'session' in what ? what.session === sessionId : what.identity === identityId
}
