import type { Cache } from '../cache/session-cache.js'
import type { Credential } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import { withDeadline } from '../shared/deadline.js'
import type { Ended } from '../ory/ory-logout.js'
import type { Upstream } from '../resilience/ask-ory.js'

/** Ends sessions, at Ory and here. */
export interface Ending {
  /**
   * Throws a `Fault` where Ory gives no answer: then nothing is forgotten here, and whether Ory has ended
   * the session is not known.
   */
  end(credential: Credential, key: Key): Promise<Ended>
  /** Resolves when none is under way. */
  drain(): Promise<void>
}

/** Puts single flight before `endSession`. */
export function createEnding({ endSession }: Upstream, cache: Cache, timeoutMs: number): Ending {
  const underWay = new Map<Key, Promise<Ended>>()

  async function start(credential: Credential, key: Key): Promise<Ended> {
    const recentIdentity = cache.callerOf(key)
    const ended = await withDeadline(timeoutMs, (signal) =>
      endSession({ credential, key, recentIdentity, isRefresh: false, signal }),
    )
    cache.end(key)
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
