import type { Clock } from '../shared/clock.js'
import { targetsOf } from './revocation.js'
import type { Revocation, Subject } from './revocation.js'

/** The revocations that a process has read in the log. */
export interface Tombstones {
  /** Remembers a revocation by its id in the log. */
  add(revocation: Revocation, id: string): void
  /**
   * The log that was read up to `id` is gone. Another log may count past that id, so no record is believed
   * whose writer had read up to there or less, for as long as one may live.
   */
  bury(id: string): void
  /** Whether a record must not be believed that was asked for after its writer had read up to `cursor`. */
  isRevoked(subject: Subject, cursor: string): boolean
  /** Whether a credential or a session was logged out less than a minute ago. */
  readonly isLoggedOut: (records: readonly string[], session?: string) => boolean
}

export interface TombstoneSettings {
  /** How long a record may be believed at most, with all that a call takes, in milliseconds. */
  readonly keepMs: number
  readonly clock: Clock
  readonly isAfter: (a: string, b: string) => boolean
}

interface Tombstone {
  readonly id: string
  /** When it was read, on the monotonic clock. */
  readonly readAt: number
  readonly isLogout: boolean
}

/** How long a session that was logged out is refused, in milliseconds. */
export const logoutMs = 60_000
/** So many are remembered; more raise the floor, so that none is forgotten in silence. */
const mostTombstones = 100_000

export function createTombstones(settings: TombstoneSettings): Tombstones {
  const { keepMs, clock, isAfter } = settings
  // A set removes a target first, so that the map stays in the order of reading.
  const tombstones = new Map<string, Tombstone>()
  let floor: string | undefined
  let buried: { readonly id: string; readonly at: number } | undefined

  function prune(now: number): void {
    for (const [target, { id, readAt }] of tombstones) {
      const isOld = now - readAt >= keepMs
      if (!isOld && tombstones.size <= mostTombstones) return
      tombstones.delete(target)
      if (!isOld && (floor === undefined || isAfter(id, floor))) floor = id
    }
  }

  function isBuried(cursor: string): boolean {
    return (
      buried !== undefined && clock.monotonic() - buried.at < keepMs && !isAfter(cursor, buried.id)
    )
  }

  return {
    add(revocation, id) {
      const readAt = clock.monotonic()
      const isLogout = revocation.isLogout === true
      for (const target of targetsOf(revocation)) {
        const before = tombstones.get(target)
        // A later `invalidate` of a session that was logged out does not let it back in.
        const wasLogout = before?.isLogout === true && readAt - before.readAt < logoutMs
        tombstones.delete(target)
        tombstones.set(target, { id, readAt, isLogout: isLogout || wasLogout })
      }
      prune(readAt)
    },
    bury(id) {
      const deepest = buried !== undefined && isAfter(buried.id, id) ? buried.id : id
      buried = { id: deepest, at: clock.monotonic() }
    },
    isRevoked(subject, cursor) {
      if (isBuried(cursor)) return true
      if (floor !== undefined && isAfter(floor, cursor)) return true
      return targetsOf(subject).some((target) => {
        const tombstone = tombstones.get(target)
        return tombstone !== undefined && isAfter(tombstone.id, cursor)
      })
    },
    isLoggedOut(records, session) {
      if (tombstones.size === 0) return false
      return targetsOf({ session, records }).some((target) => {
        const tombstone = tombstones.get(target)
        return tombstone?.isLogout === true && clock.monotonic() - tombstone.readAt < logoutMs
      })
    },
  }
}
