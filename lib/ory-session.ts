import type { SessionAuthentication } from './auth/authenticate.js'
import type { SessionInvalidateTarget } from './auth/invalidate.js'
import type { OptionalSessionPolicy, SessionPolicy } from './auth/policy.js'
import type { SessionRequest } from './credential/request-headers.js'
import type { OryCheck } from './doctor/check.js'
import type { SessionUpgradeGuard } from './http/guard-upgrade.js'
import type { SessionLinks, SessionReturnTo } from './http/links.js'
import type { SessionMiddleware } from './http/middleware.js'
import type { SessionWatchOptions } from './http/watch.js'
import type { SessionWebhookOptions } from './http/webhook.js'
import type { OrySessionStats } from './resilience/stats.js'
import type { Session } from './session/session.js'
import type { RegisteredTraits } from './shared/register.js'

/** One cache and one connection pool, and all that works with them. */
export interface OrySession<Traits = RegisteredTraits> extends SessionLinks {
  /**
   * Middleware that lets a request through with a live session that satisfies the policy, on
   * `req.session`, or denies it.
   *
   * @throws TypeError for a policy that is not as documented
   */
  requireSession(policy?: SessionPolicy<Session<Traits>>): SessionMiddleware
  /**
   * Middleware that attaches the session when there is one. No credential, or one that Ory refuses,
   * means `req.session === undefined`; no answer from Ory is a 503 unless `onUnavailable` is
   * `'anonymous'`.
   *
   * @throws TypeError for a policy that is not as documented
   */
  optionalSession(policy?: OptionalSessionPolicy<Session<Traits>>): SessionMiddleware
  /**
   * The decision of `requireSession` without a response, for any framework. The second parameter of
   * `allow` is the request as it is given here; annotate it with its type.
   *
   * @throws TypeError (as a rejection) for a policy that is not as documented, and what a hook
   * throws; a denial is never a rejection
   */
  authenticate(
    request: SessionRequest,
    policy?: SessionPolicy<Session<Traits>, never>,
  ): Promise<SessionAuthentication<Session<Traits>>>
  /**
   * Forgets at once what is known of a session, an identity, or the credential of a request. No
   * answer that is under way brings it back. Resolves to how many entries went here; with a store, once
   * every process can know.
   *
   * @throws TypeError (as a rejection) for a target that is none of these
   * @throws Error (as a rejection) with the code `store_unavailable` if the store did not take it: it is
   * done in this process, and retried for the others
   */
  invalidate(target: SessionInvalidateTarget): Promise<number>
  /**
   * A handler that ends the session of the request: by the API for a token (204), or for a cookie
   * by sending the browser to Ory's logout, and from there to `returnTo`; a script gets that link
   * as `redirect_browser_to`. Without a credential it goes on to `returnTo`. A request from another
   * site is refused, and so is a GET that does not name its origin: use POST. Default of `returnTo`: the
   * root of `appUrl`, or without `appUrl` what Ory is configured to.
   *
   * @throws TypeError for a key that is not as documented, and for `returnTo` without `appUrl`
   * @see https://www.ory.com/docs/kratos/self-service/flows/user-logout
   */
  logout(link?: SessionReturnTo): SessionMiddleware
  /**
   * A handler for Ory's webhooks. The body is `{ "identity": id }` or `{ "session": id }`. The handler
   * forgets these at once, as `invalidate` does, and answers 204. A request without the secret gets 401.
   *
   * @throws TypeError for a key that is not as documented
   * @see https://www.ory.com/docs/guides/integrate-with-ory-cloud-through-webhooks
   */
  webhook(options: SessionWebhookOptions): SessionMiddleware
  /**
   * Asks this Ory what an application on it will run into, and resolves to the list of checks, for
   * start-up. The same as the command `express-ory-session doctor`. Never rejects.
   *
   * @example
   * const wrong = (await ory.check()).filter(({ outcome }) => outcome === 'wrong')
   */
  check(): Promise<readonly OryCheck[]>
  /**
   * The session that this instance attached to a request, with the traits of its schema; `undefined` if
   * there is none. It does not believe a `req.session` that another package put there.
   */
  getSession(request: object): Session<Traits> | undefined
  /**
   * Decides about WebSocket handshakes on `server.on('upgrade')`. On a denial the whole HTTP answer is on
   * the socket, which is closed. A handshake with a cookie from another site is refused.
   *
   * @throws TypeError for a policy that is not as documented
   */
  guardUpgrade(policy?: SessionPolicy<Session<Traits>>): SessionUpgradeGuard<Session<Traits>>
  /**
   * Calls `onEnd` once, when the session of a request is over or falls short of the policy: at once on
   * `invalidate` and `logout`, at `expires_at`, and otherwise within `everyMs`. An outage ends nothing
   * unless it outlasts `expires_at`. Returns a function that stops the watch; call it when the connection
   * closes. A watch keeps no process alive.
   *
   * @throws TypeError for options that are not as documented
   */
  watch(request: SessionRequest, options: SessionWatchOptions<Session<Traits>>): () => void
  /** Counters since the start and gauges of now. */
  stats(): OrySessionStats
  /**
   * Lets calls under way finish, within `timeoutMs`, and closes the pool. Later requests get a 503. Never
   * closes a `dispatcher` or the client of a `store` of the application.
   */
  close(): Promise<void>
}
