import type { Invalidation } from '../cache/invalidation.js'
import { parseTimestamp } from '../session/rfc3339.js'
import type { Session } from '../session/session.js'
import type { Clock } from '../shared/clock.js'
import type { SessionError } from '../shared/session-error.js'
import type { RecentInvalidations } from './recent-invalidations.js'
import { isAbout } from './session-watch.js'
import type { Watch } from './session-watch.js'

/** When Ory is asked again about a session whose 401 could not be believed, in milliseconds. */
const doubtMs = 1_000

/** Why a watch ends by what is learnt, if it does. `position`: the first invalidation that may be newer. */
export interface WatchEnding {
  /** By the session that the credential has. */
  bySession(watch: Watch, session: Session, position: number): SessionError | undefined
  /** By a denial. */
  byDenial(watch: Watch, error: SessionError): SessionError | undefined
}

/** `ended` makes the error of a session that is over. */
export function createWatchEnding(
  clock: Clock,
  recent: RecentInvalidations,
  ended: () => SessionError,
): WatchEnding {
  /** Whether a session that a watch learns was invalidated; `undefined` if too much was since. */
  function wasInvalidated(
    { key, hearsFrom }: Watch,
    { id, identity }: Session,
    position: number,
  ): boolean | undefined {
    const fits = (what: Invalidation): boolean =>
      isAbout(what, { key, sessionId: id, identityId: identity.id })
    // An answer is newer than what was invalidated before its question.
    return recent.some(hearsFrom, fits) ?? recent.some(position, fits)
  }

  return {
    bySession(watch, session, position) {
      if (watch.sessionId === undefined) {
        const isOver = wasInvalidated(watch, session, position)
        // Without this, a session could live on whose invalidation is forgotten. The next tick asks again.
        if (isOver === undefined) watch.dueAt = clock.monotonic()
        if (isOver !== false) return isOver ? ended() : undefined
        watch.sessionId = session.id
        watch.identityId = session.identity.id
      }
      watch.expiresAt = parseTimestamp(session.expires_at) ?? watch.expiresAt
      // If another session answers to the credential, the one that opened this is over.
      return watch.sessionId === session.id ? undefined : ended()
    },
    byDenial(watch, error) {
      if (error.code !== 'authentication_unavailable') return error
      if (clock.now() >= watch.expiresAt) return ended()
      // Without this, a session that ended with others would live for one more `everyMs`.
      if (isInDoubt(error)) watch.dueAt = Math.min(watch.dueAt, clock.monotonic() + doubtMs)
      return undefined
    },
  }
}

/** Whether Ory said 401, and nobody can tell yet whether that is an outage. */
function isInDoubt({ cause }: SessionError): boolean {
  return cause?.reason === 'ambiguous_401' || cause?.reason === 'not_ready'
}
