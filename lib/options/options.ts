import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Clock } from '../shared/clock.js'
import type { CredentialSource } from '../credential/credential.js'
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
 * Answers a denial instead of `sendDenial`. It gets request and response as the framework has them, so
 * they may be annotated as Express' own. What it throws goes to `next`.
 */
export type OnSessionDenied = Hooks['onDenied']

/**
 * What `createOrySession` takes. An unknown key, a wrong value and two options that exclude each other
 * are a `TypeError` with a `code`, thrown at construction. The object is neither kept nor changed.
 */
export interface OrySessionOptions<Traits = RegisteredTraits> {
  /**
   * Ory project URL or Kratos public URL, http or https; a path prefix is kept. Default the variable
   * `ORY_SDK_URL`.
   */
  readonly url?: string | undefined
  /** The same Ory as browsers reach it, for redirects and links. Default `url`. */
  readonly browserUrl?: string | undefined
  /**
   * This application as browsers see it: an origin, with the path prefix that a proxy strips. Redirects
   * need it. Default none.
   */
  readonly appUrl?: string | undefined
  /**
   * Names of session cookies, or patterns for them. Only cookies that match go to Ory. Default
   * `['ory_kratos_session', /^ory_session_[A-Za-z0-9]+$/]`.
   */
  readonly cookieName?: string | RegExp | readonly (string | RegExp)[] | undefined
  /**
   * The beginning of every session token; `''` accepts any token. A Bearer token without it counts as
   * absent. Default `'ory_st_'`.
   */
  readonly tokenPrefix?: string | undefined
  /**
   * The headers that are read, in order; the first that is present is the only one used. Default
   * `['x-session-token', 'bearer', 'cookie']`.
   */
  readonly sources?: readonly CredentialSource[] | undefined
  /** The member of `req` that holds the session. Default `'session'`. */
  readonly property?: string | undefined
  /**
   * How long a session counts without a new question to Ory, in milliseconds; `0` turns the cache off.
   * Default 10,000.
   */
  readonly cacheTtlMs?: number | undefined
  /** How many sessions the cache holds at most. Default 10,000. */
  readonly cacheMaxSessions?: number | undefined
  /** How many bytes of sessions the cache holds at most, estimated from their JSON. Default 32 MiB. */
  readonly cacheMaxBytes?: number | undefined
  /** How long a definite 401 is remembered, in milliseconds; `0`: not at all. Default 2,000. */
  readonly refusalTtlMs?: number | undefined
  /**
   * The fraction of the TTL after which a hit asks Ory in the background; `false`: never. Default 0.8.
   */
  readonly refreshAhead?: number | false | undefined
  /**
   * How long a cached session is served past its TTL in an outage, in milliseconds. Never on a route
   * with `aal`, `maxAgeMs` or `fresh`. Default 0.
   *
   * @see https://www.rfc-editor.org/rfc/rfc5861#section-4
   */
  readonly staleIfErrorMs?: number | undefined
  /** Deadline of a question to Ory with connect, body and retry, in milliseconds. Default 2,000. */
  readonly timeoutMs?: number | undefined
  /**
   * How many calls to Ory run at once, at most, logouts included, readiness not. More wait in a bounded
   * queue. Default 50.
   */
  readonly connections?: number | undefined
  /**
   * The route below `url` that must answer 200 before a 401 is believed; `false` believes every 401.
   * Default `'/health/ready'`.
   *
   * @see https://www.ory.com/docs/kratos/reference/api
   */
  readonly readinessPath?: string | false | undefined
  /**
   * Any dispatcher of undici 7: a proxy, a client certificate, a `MockAgent`. `close()` leaves it open.
   * Default an own `Pool`.
   */
  readonly dispatcher?: Dispatcher | undefined
  /**
   * Headers of every call to Ory. Not allowed: `Cookie`, `Authorization`, `X-Session-Token`, `Accept`,
   * `Accept-Encoding`, `Cache-Control`, `Host`, and headers of the connection. Default none.
   */
  readonly upstreamHeaders?: Readonly<Record<string, string>> | undefined
  /**
   * Origins that may make unsafe cross-site requests with a cookie, of any scheme that has origins.
   * Default none.
   */
  readonly trustedOrigins?: readonly string[] | undefined
  /** `'allow'` turns the check of cross-site requests off. Default `'refuse'`. */
  readonly crossSite?: 'refuse' | 'allow' | undefined
  /** Whether a session cookie that Ory renews goes to the browser. Default `true`. */
  readonly forwardSetCookie?: boolean | undefined
  /**
   * `Cache-Control` of responses to authenticated requests, unless the handler sets its own; `false`
   * leaves the header alone. Default `'private, no-store'`.
   *
   * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2
   */
  readonly cacheControl?: string | false | undefined
  /**
   * The `realm` of `WWW-Authenticate`. Default `'ory'`.
   *
   * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
   */
  readonly realm?: string | undefined
  /**
   * A schema such as one of Zod, Valibot or ArkType, whose output becomes `session.identity.traits`. A
   * session that it refuses is a 503. Default none.
   *
   * @see https://standardschema.dev
   */
  readonly traitsSchema?: StandardSchema<Traits> | undefined
  /** Answers a denial. Default `sendDenial`. */
  readonly onDenied?: OnSessionDenied | undefined
  /**
   * The source of times, for tests. A time that is no finite number is a `TypeError`, thrown at
   * construction or later handed to `next`. Default the system's clock.
   */
  readonly clock?: Clock | undefined
  /**
   * Shares sessions and revocations among processes, for example `redisStore()` of
   * `express-ory-session/redis`. It needs `storeSecret`. Default none.
   */
  readonly store?: SessionStore | undefined
  /**
   * The secret that names and seals records: a random string of 32 bytes or more, the same in all
   * processes. In a list the first seals and all open. Default none.
   */
  readonly storeSecret?: string | readonly string[] | undefined
  /**
   * How long a request waits for the store at most, in milliseconds. `timeoutMs` counts from there.
   * Default 50.
   */
  readonly storeTimeoutMs?: number | undefined
  /** How often the log of revocations is read while requests come, in milliseconds. Default 100. */
  readonly storePollMs?: number | undefined
}
