import type { Decide } from '../auth/decide.js'
import type { SessionPolicy, ResolvedPolicy } from '../auth/policy.js'
import { resolvePolicy } from '../auth/resolve-policy.js'
import type { Watch } from '../auth/session-watch.js'
import type { Watcher, WatcherParts } from '../auth/watcher.js'
import type { Key } from '../credential/cache-key.js'
import { readCredential } from '../credential/read-credential.js'
import type { Credential } from '../credential/read-credential.js'
import { readFacts } from '../credential/request-headers.js'
import type { SessionRequest } from '../credential/request-headers.js'
import type { Settings } from '../options/resolve-options.js'
import { checkFunction, checkNumber, readMembers } from '../options/validators.js'
import type { Session } from '../session/session.js'
import type { SessionError } from '../shared/session-error.js'
import { sessionAt } from './request-session.js'

/** What `watch` takes besides the request. */
export interface SessionWatchOptions<S = Session> {
  /**
   * Called once, when the session is over or falls short of the policy. What it throws becomes a warning
   * of the process.
   */
  onEnd(this: void, error: SessionError): void
  /** What the session must satisfy all the time. Default: a live session. */
  readonly policy?: SessionPolicy<S, never> | undefined
  /** How often Ory is asked about the credential, in milliseconds. Default 60,000. */
  readonly everyMs?: number | undefined
}

interface WatchParts {
  readonly settings: Settings
  readonly keyOf: (credential: Credential) => Key
  readonly watcher: Watcher
}

const optionNames = ['onEnd', 'policy', 'everyMs']
const defaultEveryMs = 60_000

/** Decides for a watch from its request, as that is by then. */
export function askFor(decide: Decide): WatcherParts['ask'] {
  return ({ request, policy }, freshness) => {
    return decide(readFacts(request as SessionRequest), policy, request, undefined, freshness)
  }
}

/** Makes `watch`. Returns the function that stops a watch. */
export function createWatch({ settings, keyOf, watcher }: WatchParts) {
  const share = createSharedPolicies()
  const anyone = share(resolvePolicy(undefined, settings))

  function stop(this: Watch): void {
    watcher.stop(this)
  }

  return (request: SessionRequest, options: SessionWatchOptions<never>): (() => void) => {
    const { onEnd, policy, everyMs = defaultEveryMs } = readMembers('watch', options, optionNames)
    checkFunction('watch.onEnd', onEnd)
    const credential = readCredential(readFacts(request), settings)
    const watch: Watch = {
      request,
      policy: policy === undefined ? anyone : share(resolvePolicy(policy, settings)),
      key: typeof credential === 'object' ? keyOf(credential) : undefined,
      everyMs: checkNumber('watch.everyMs', everyMs, { min: 1 }),
      onEnd,
      sessionId: undefined,
      identityId: undefined,
      expiresAt: Infinity,
      dueAt: 0,
      hearsFrom: 0,
    }
    watcher.start(watch, sessionAt(request, settings.property))
    // A bound function takes half the memory of one with a scope of its own.
    return stop.bind(watch)
  }
}

/** Policies that are worth as much are one, because each takes more memory than all of a watch. */
function createSharedPolicies(): (policy: ResolvedPolicy) => ResolvedPolicy {
  const shared = new Map<string, ResolvedPolicy>()
  const most = 100

  return ({ allow, ...policy }) => {
    const text = JSON.stringify(policy, (_name, value: unknown) =>
      value instanceof Set ? [...value] : value,
    )
    let same = shared.get(text)
    if (same?.allow !== allow || same === undefined) {
      // Every question of a watch is past all caches; the first one need not be.
      same = { ...(same ?? policy), allow, isFresh: false }
      if (shared.size >= most) shared.clear()
      shared.set(text, same)
    }
    return same
  }
}
