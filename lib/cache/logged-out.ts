import { readClock } from '../shared/clock.js'
import type { Clock } from '../shared/clock.js'
import type { Key } from '../credential/cache-key.js'
import { createExpiringSet } from './expiring-map.js'
import type { ExpiringSet } from './expiring-map.js'
import type { Forgotten } from './invalidation.js'
import { createRecent } from './recently-live.js'
import type { Unkept } from './recently-live.js'

/** What is noted of a session. An entry has all of it. */
export interface NoteFacts {
  readonly sessionId: string
  readonly identityId: string
  readonly forcedAt: number
  readonly isComposite: boolean
}

/**
 * Who knows that what was logged out is a session. Each is noted apart: junk is not to push out what is
 * one, nor the many cookies that Ory may have handed out for one session those of others.
 */
export type KnownBy = 'us' | 'ory' | 'nobody'

/** What has to be known of sessions that are no longer, or not, in memory. */
export interface Departed {
  /** Notes a key, or the id of a session, that was logged out here. */
  end(name: string, knownBy: KnownBy): void
  hasEnded(name: string): boolean
  /**
   * Notes that the session of a key was live moments ago: whose it was and when it was last forced, not
   * the session. Nobody takes more than a share of the room.
   */
  note(key: Key, facts: NoteFacts): void
  /** The session of a key, while that is moments ago. */
  find(key: Key): Unkept | undefined
  /** Forgets that a session was live, not that one was logged out. */
  forget(what: Forgotten): void
  clear(): void
}

/** How long a session that was logged out here is refused, in milliseconds. */
const endedMs = 60_000

export function createDeparted(max: number, recentMs: number, clock: Clock): Departed {
  const ended: Readonly<Record<KnownBy, ExpiringSet>> = {
    // Two names each, of the credential and of the session.
    us: createExpiringSet(2 * max, endedMs, clock),
    ory: createExpiringSet(max, endedMs, clock),
    nobody: createExpiringSet(max, endedMs, clock),
  }
  const recent = createRecent(max, recentMs, clock)

  return {
    end(name, knownBy) {
      ended[knownBy].add(name, readClock(clock))
    },
    hasEnded: (name) => ended.us.has(name) || ended.ory.has(name) || ended.nobody.has(name),
    note(key, { sessionId, identityId, forcedAt, isComposite }) {
      const { now, monotonic } = readClock(clock)
      recent.add({
        key,
        sessionId,
        identityId,
        forcedAt,
        isComposite,
        places: 1,
        now,
        monotonic,
      })
    },
    find: recent.find,
    forget: recent.forget,
    clear() {
      for (const names of Object.values(ended)) names.clear()
      recent.clear()
    },
  }
}
