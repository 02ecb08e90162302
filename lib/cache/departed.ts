import type { Clock } from '../clock.js'
import type { Key } from '../credential/key.js'
import type { Session } from '../session/session.js'
import { createBygone } from './bygone.js'
import { isMeant } from './forgotten.js'
import type { Forgotten } from './forgotten.js'
import { createShares } from './shares.js'
import type { Holding } from './shares.js'

/** What is known of a session that may not be kept itself. */
export interface Unkept {
  readonly session: string
  readonly identity: string
  readonly forcedAt: number
}

export interface NoteFacts {
  readonly forcedAt: number
  readonly isComposite: boolean
}

interface Noted extends Unkept, Holding {}

/** What has to be known of sessions that are no longer, or not, in memory. */
export interface Departed {
  /**
   * Notes a key, or the id of a session, that was logged out here. What is a session for certain is
   * noted apart from what may be junk, which is not to push it out.
   */
  end(name: string, isSession: boolean): void
  hasEnded(name: string): boolean
  /**
   * Notes of the session of a key no more than that it was live moments ago. Nobody takes more than a
   * share of the room.
   */
  note(key: Key, session: Session, facts: NoteFacts): void
  /** The session of a key, while that is moments ago. */
  find(key: Key): Unkept | undefined
  /** Forgets that a session was live, not that one was logged out. */
  forget(what: Forgotten): void
  clear(): void
}

/** How long a session that was logged out here is refused, in milliseconds. */
const endedMs = 60_000

export function createDeparted(max: number, recentMs: number, clock: Clock): Departed {
  const ended = createBygone<true>(max, endedMs, clock)
  const doubtful = createBygone<true>(max, endedMs, clock)
  const shares = createShares(max)
  const unkept = createBygone<Noted>(max, recentMs, clock, (_key, noted) => {
    shares.remove(noted)
  })

  return {
    end(name, isSession) {
      const notes = isSession ? ended : doubtful
      notes.note(name, true)
    },
    hasEnded: (name) => ended.find(name) === true || doubtful.find(name) === true,
    note(key, { id, identity }, { forcedAt, isComposite }) {
      const facts = { session: id, identity: identity.id, forcedAt, isComposite }
      const noted: Noted = { ...facts, key, places: 1 }
      unkept.note(key, noted)
      shares.add(noted)
      const oldest = shares.excessOf(noted)
      if (oldest !== undefined) unkept.forget(oldest)
    },
    find: (key) => unkept.find(key),
    forget(what) {
      if ('key' in what) unkept.forget(what.key)
      else unkept.forgetWhere(({ session, identity }) => isMeant(what, session, identity))
    },
    clear() {
      ended.clear()
      doubtful.clear()
      unkept.clear()
    },
  }
}
