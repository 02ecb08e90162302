import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Clock } from '../shared/clock.js'
import type { CredentialSource } from '../credential/read-credential.js'
import type { SessionError } from '../shared/session-error.js'
import type { RegisteredTraits } from '../shared/register.js'
import type { SessionStore } from '../shared/session-store.js'
import type { StandardSchema } from '../session/traits-schema.js'

/** Goes on to the next handler, or with an error to the application's error handler. */
export type SessionNext = (error?: unknown) => void

interface Hooks {
  // By a method, whose parameters may be annotated more narrowly than they are here.
  onDenied(
    this: void,
    error: SessionError,
    request: IncomingMessage,
    response: ServerResponse,
    next: SessionNext,
  ): void
}

/**
 * Takes a whole denial over. What it throws goes to `next`. It is called with request and response
 * as the framework has them, so they may be annotated as Express' own.
 */
export type OnSessionDenied = Hooks['onDenied']

/** What `createOrySession` takes. */
export interface OrySessionOptions<Traits = RegisteredTraits> {
  /** Ory project URL or Kratos public URL; a path prefix is kept. Default `ORY_SDK_URL`. */
  readonly url?: string | undefined
  /** The same service as browsers reach it, for login redirects. Default `url`. */
  readonly browserUrl?: string | undefined
  /**
   * This application as browsers see it: an origin, or an origin with the path prefix that a proxy
   * strips. Redirects need it. Default none.
   */
  readonly appUrl?: string | undefined
  /**
   * Names of session cookies, or patterns for them. What matches goes to Ory, nothing else. Default
   * `['ory_kratos_session', /^ory_session_[A-Za-z0-9]+$/]`.
   */
  readonly cookieName?: string | RegExp | readonly (string | RegExp)[] | undefined
  /** What a session token starts with; `''` accepts any. Default `'ory_st_'`. */
  readonly tokenPrefix?: string | undefined
  /** Which are read, in order; the first that is present is the only one used. Default all three. */
  readonly sources?: readonly CredentialSource[] | undefined
  /** Where on `req` the session goes. Default `'session'`. */
  readonly property?: string | undefined
  /** How long a session is believed, in milliseconds; `0` turns the cache off. Default 10,000. */
  readonly cacheTtlMs?: number | undefined
  /** Most sessions kept. Default 10,000. */
  readonly cacheMaxSessions?: number | undefined
  /** Most bytes of sessions kept, as reckoned from their JSON, not measured. Default 32 MiB. */
  readonly cacheMaxBytes?: number | undefined
  /** How long a definite 401 is remembered, in milliseconds. Default 2,000. */
  readonly refusalTtlMs?: number | undefined
  /** Fraction of the TTL after which a hit refreshes in the background; `false`: never. Default 0.8. */
  readonly refreshAhead?: number | false | undefined
  /** Grace in an outage, in milliseconds past the TTL. Default 0. */
  readonly staleIfErrorMs?: number | undefined
  /** Deadline of a whole question to Ory, in milliseconds. Default 2,000. */
  readonly timeoutMs?: number | undefined
  /** Most concurrent calls to Ory, logouts included, readiness not. Default 50. */
  readonly connections?: number | undefined
  /** Route below `url` that must be well before a 401 is believed; `false`: believe all. Default `'/health/ready'`. */
  readonly readinessPath?: string | false | undefined
  /**
   * Any undici dispatcher; it is not closed by `close()`. Default an own `Pool` of `connections` and
   * one more, for readiness.
   */
  readonly dispatcher?: Dispatcher | undefined
  /**
   * Sent with every call to Ory. Not to be set: `Cookie`, `Authorization`, `X-Session-Token`,
   * `Accept`, `Accept-Encoding`, `Cache-Control`, `Host`, and those of the connection and the framing.
   */
  readonly upstreamHeaders?: Readonly<Record<string, string>> | undefined
  /** Origins allowed to make cross-site unsafe requests with a cookie. Default none. */
  readonly trustedOrigins?: readonly string[] | undefined
  /** `'allow'` turns the check of cross-site requests off. Default `'refuse'`. */
  readonly crossSite?: 'refuse' | 'allow' | undefined
  /** Whether a session cookie that Ory renews is passed on. Default `true`. */
  readonly forwardSetCookie?: boolean | undefined
  /** For responses to authenticated requests that set none; `false`: leave. Default `'private, no-store'`. */
  readonly cacheControl?: string | false | undefined
  /** For `WWW-Authenticate`. Default `'ory'`. */
  readonly realm?: string | undefined
  /** A Standard Schema whose output becomes `session.identity.traits`. */
  readonly traitsSchema?: StandardSchema<Traits> | undefined
  /** Takes denials over. Default `sendDenial`. */
  readonly onDenied?: OnSessionDenied | undefined
  /**
   * Where times come from, for tests. Default the system's. A time that is no finite number is a
   * `TypeError`, when the instance is made or later handed to `next`.
   */
  readonly clock?: Clock | undefined
  /**
   * What a fleet of processes shares: a session that one of them learnt, and revocations. Such as
   * `redisStore()` of `express-ory-session/redis`. It needs `storeSecret`. Default none.
   */
  readonly store?: SessionStore | undefined
  /**
   * What names and seals are made of: a random string of 32 bytes or more, the same in all processes; a
   * list rotates: the first seals, all open.
   */
  readonly storeSecret?: string | readonly string[] | undefined
  /** Longest that a request waits for the store, in milliseconds. Default 50. */
  readonly storeTimeoutMs?: number | undefined
  /** How often the log of revocations is read, in milliseconds, while requests come. Default 100. */
  readonly storePollMs?: number | undefined
}
