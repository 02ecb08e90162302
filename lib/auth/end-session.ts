import type { SessionCache } from '../cache/session-cache.js'
import type { Credential } from '../credential/credential.js'
import type { Key } from '../credential/cache-key.js'
import { withDeadline } from '../shared/deadline.js'
import type { Ended } from '../ory/ory-logout.js'
import type { Fleet } from '../store/fleet.js'
import type { AskLogout } from '../resilience/logout-guard.js'

/** Ends sessions, at Ory and here. */
export interface EndSession {
  /**
   * Throws a `Fault` where Ory gives no answer: then nothing is forgotten here, and whether Ory has ended
   * the session is not known.
   */
  end(credential: Credential, key: Key): Promise<Ended>
  /** Resolves when none is under way. */
  drain(): Promise<void>
}

/** Puts single flight before the logout at Ory. */
export function createEndSession(
  logout: AskLogout,
  cache: SessionCache,
  fleet: Pick<Fleet, 'logout'> | undefined,
  timeoutMs: number,
): EndSession {
  const underWay = new Map<Key, Promise<Ended>>()

  async function start(credential: Credential, key: Key): Promise<Ended> {
    const caller = cache.callerOf(key)
    const ended = await withDeadline(timeoutMs, (signal) =>
      logout({ credential, key, caller, isRefresh: false, signal }),
    )
    const session = cache.end(key)
    // A credential that nobody knew must write nothing, or a flood of them would fill the log.
    const wasSession = session !== undefined || ended.kind === 'ended'
    if (fleet !== undefined && wasSession) await fleet.logout(credential, session)
    return ended
  }

  return {
    end(credential, key) {
      let ending = underWay.get(key)
      if (ending === undefined) {
        ending = start(credential, key).finally(() => underWay.delete(key))
        underWay.set(key, ending)
      }
      return ending
    },
    async drain() {
      for (const ending of [...underWay.values()]) await ending.catch(() => undefined)
    },
  }
}
