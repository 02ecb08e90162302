import type { CacheClock } from './cache-clock.js'
import { createExpiringMap } from './expiring-map.js'

/** How long a credential or a session that was logged out here is refused, in milliseconds. */
const refusedForMs = 60_000

/** Keys and ids of sessions that were logged out here. They are refused, whatever Ory still says. */
export interface LoggedOut {
  /** `isKnown`: it was a session that this process knew. */
  add(name: string, isKnown: boolean): void
  has(name: string): boolean
  clear(): void
}

/** `max`: how many logouts are kept at least. */
export function createLoggedOut(max: number, clock: CacheClock): LoggedOut {
  // Two names for each: the key, and the id of the session.
  const known = createExpiringMap(2 * max, refusedForMs, clock)
  // Apart, because a client can log out made-up credentials, or the many cookies of its own session.
  const others = createExpiringMap(max, refusedForMs, clock)

  return {
    add(name, isKnown) {
      const names = isKnown ? known : others
      names.set(name, clock.read())
    },
    has: (name) => known.has(name) || others.has(name),
    clear() {
      known.clear()
      others.clear()
    },
  }
}
