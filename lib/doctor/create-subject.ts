import { hasExpired, refuse } from '../auth/policy.js'
import type { SessionPolicy } from '../auth/policy.js'
import { resolvePolicy } from '../auth/resolve-policy.js'
import type { Credential } from '../credential/read-credential.js'
import type { Settings } from '../options/resolve-options.js'
import type { Wire } from '../ory/ory-client.js'
import { parseSession } from '../session/parse-session.js'
import type { SessionDenialCode } from '../shared/session-error.js'
import { createAsk } from './ask.js'
import type { StoreProbe } from './store-probe.js'
import type { Subject } from './subject.js'

/** What is tried besides the options of an application. */
export interface Tried {
  readonly credential?: Credential | undefined
  readonly unreadable?: string | undefined
  readonly store?: StoreProbe | undefined
}

/** Prepares the questions of one run of the doctor. */
export function createSubject(settings: Settings, wire: Wire, tried: Tried = {}): Subject {
  function judge(policy: SessionPolicy, body: string): SessionDenialCode | undefined {
    try {
      const live = parseSession(JSON.parse(body), body)
      const now = settings.clock.now()
      if (live === undefined || hasExpired(live, now)) return 'session_invalid'
      return refuse(live, resolvePolicy(policy, settings), now)
    } catch {
      // What is no session to the parser is a 503 to users.
      return 'authentication_unavailable'
    }
  }

  return {
    url: settings.url,
    browserUrl: settings.browserUrl,
    appUrl: settings.appUrl,
    readinessPath: settings.readinessPath,
    cacheTtlMs: settings.cacheTtlMs,
    timeoutMs: settings.timeoutMs,
    isSessionCookie: settings.isSessionCookie,
    credential: tried.credential,
    unreadable: tried.unreadable,
    store: tried.store,
    judge,
    ask: createAsk(wire, settings.timeoutMs),
  }
}
