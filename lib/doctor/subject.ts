import { hasExpired, refuse } from '../auth/policy.js'
import type { SessionPolicy } from '../auth/policy.js'
import { resolvePolicy } from '../auth/resolve-policy.js'
import type { Credential } from '../credential/credential.js'
import type { Settings } from '../options/resolve-options.js'
import type { OryClient } from '../ory/ory-client.js'
import { parseSession } from '../session/parse-session.js'
import type { SessionDenialCode } from '../shared/session-error.js'
import { createAsk } from './ask.js'
import type { Came, Question } from './ask.js'
import type { CookieAttributes } from './set-cookie-line.js'
import type { StoreProbe } from './store-probe.js'

/** What the checks examine: an Ory, by the options of an application. */
export interface Subject {
  /** Ory, as the application reaches it. */
  readonly url: URL
  /** Ory, as browsers reach it. */
  readonly browserUrl: URL
  /** The application, as browsers see it. */
  readonly appUrl: URL | undefined
  readonly readinessPath: string | false
  readonly cacheTtlMs: number
  readonly timeoutMs: number
  /** Whether the application reads a cookie of this name as a session. */
  readonly isSessionCookie: (name: string) => boolean
  /** A session to try. */
  readonly credential: Credential | undefined
  /** Why the session that was given is none that the application would read. */
  readonly unreadable: string | undefined
  /** The attributes of the session cookie, when they were given. */
  readonly attributes: CookieAttributes | undefined
  readonly store: StoreProbe | undefined
  /** The code by which a policy would deny the session that Ory sent; `undefined`: it passes. */
  readonly judge: (policy: SessionPolicy, body: string) => SessionDenialCode | undefined
  /** Asks Ory. Never rejects. The same question is asked once, unless it says `isAgain`. */
  readonly ask: (question: Question) => Promise<Came>
}

/** What is tried besides the options of an application. */
export interface Tried {
  /** How long an answer may take to be seen at all, in milliseconds. Default `timeoutMs`. */
  readonly patienceMs?: number | undefined
  /** The attributes of the session cookie, when they were given. */
  readonly attributes?: CookieAttributes | undefined
  readonly credential?: Credential | undefined
  readonly unreadable?: string | undefined
  readonly store?: StoreProbe | undefined
}

/** Prepares the questions of one run of the doctor. */
export function createSubject(settings: Settings, client: OryClient, tried: Tried = {}): Subject {
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
    attributes: tried.attributes,
    store: tried.store,
    judge,
    ask: createAsk(client, tried.patienceMs ?? settings.timeoutMs),
  }
}
