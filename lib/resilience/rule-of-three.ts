import type { Clock } from '../shared/clock.js'

/** The rule of three, for an Ory whose readiness can't be asked. */
export interface Suspicion {
  /** Takes note of a 401 and tells whether it is one too many to be believed. */
  isOutageAfter(recentIdentity: string | undefined): boolean
  /** An answer that only a working database can give came. */
  dispel(): void
}

/** Different people whose live sessions must turn 401 before that looks like an outage. */
const people = 3
/** How long the suspicion lasts without a 200, in milliseconds. */
const lastsMs = 10_000
/** How long ago a session that turned 401 still counts, in milliseconds. */
const countsMs = 60_000

export function createSuspicion(clock: Clock): Suspicion {
  /** Identity → when its session turned 401. At most three, oldest first. */
  const turned = new Map<string, number>()
  let raisedAt = -Infinity

  return {
    isOutageAfter(recentIdentity) {
      const now = clock.monotonic()
      if (now - raisedAt < lastsMs) return true
      if (recentIdentity === undefined) return false
      for (const [identity, at] of turned) if (now - at > countsMs) turned.delete(identity)
      turned.set(recentIdentity, now)
      if (turned.size < people) return false
      turned.clear()
      raisedAt = now
      return true
    },
    dispel() {
      // Even of an empty Map `clear` makes garbage, and this is done after each answer.
      if (turned.size > 0) turned.clear()
      raisedAt = -Infinity
    },
  }
}
