import { authenticateWith } from './auth/authenticate.js'
import type { SessionAuthentication } from './auth/authenticate.js'
import type { SessionRequest } from './credential/request-headers.js'
import { createCache } from './cache/session-cache.js'
import { createCounters } from './resilience/stats.js'
import type { OrySessionStats } from './resilience/stats.js'
import { createDecide } from './auth/decide.js'
import { createDenials } from './auth/create-errors.js'
import { createDeny } from './http/send-denial.js'
import { createLinks } from './http/links.js'
import type { SessionLinks, SessionReturnTo } from './http/links.js'
import { createEnding } from './auth/end-session.js'
import { resolveTarget } from './auth/invalidate.js'
import type { SessionInvalidateTarget } from './auth/invalidate.js'
import { createGuardUpgrade } from './http/guard-upgrade.js'
import type { SessionUpgradeGuard } from './http/guard-upgrade.js'
import { createVary } from './http/vary.js'
import { askFor, createWatch } from './http/watch.js'
import type { SessionWatchOptions } from './http/watch.js'
import { createWatcher } from './auth/watcher.js'
import { createLogout } from './http/logout.js'
import { createKeyer } from './credential/cache-key.js'
import { createMiddleware } from './http/middleware.js'
import { sessionAt } from './http/request-session.js'
import type { SessionMiddleware } from './http/middleware.js'
import type { OrySessionOptions } from './options/options.js'
import { resolvePolicy } from './auth/resolve-policy.js'
import { resolveOptions } from './options/resolve-options.js'
import type { OptionalSessionPolicy, SessionPolicy } from './auth/policy.js'
import type { RegisteredTraits } from './shared/register.js'
import type { Session } from './session/session.js'
import { createUpstream } from './resilience/ask-ory.js'

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
   * means `req.session === undefined`; no answer from Ory is a 503 all the same.
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
   * answer that is under way brings it back. Resolves to how many entries went.
   *
   * @throws TypeError (as a rejection) for a target that is none of these
   */
  invalidate(target: SessionInvalidateTarget): Promise<number>
  /**
   * A handler that ends the session of the request: by the API for a token (204), or for a cookie
   * by sending the browser to Ory's logout, and from there to `returnTo`; a script gets that link
   * as `redirect_browser_to`. Without a credential it goes on to `returnTo`. A request from another
   * site is refused, and so is a GET that does not say where it is from: use POST.
   *
   * @throws TypeError for a key that is not as documented
   */
  logout(link?: SessionReturnTo): SessionMiddleware
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
  /** Lets what is under way finish, within its deadline, and closes the pool. Later calls get a 503. */
  close(): Promise<void>
}

/**
 * Makes an instance. Nothing is opened, timed or fetched until the first request.
 *
 * @example
 * const ory = createOrySession({ url: 'https://playground.projects.oryapis.com' })
 * app.get('/me', ory.requireSession(), (req, res) => res.json(req.session.identity.traits))
 *
 * @throws TypeError naming the option that is wrong, what was expected and what came
 */
export function createOrySession<Traits = RegisteredTraits>(
  options: OrySessionOptions<Traits> = {},
): OrySession<Traits> {
  const settings = resolveOptions(
    options as OrySessionOptions<never>,
    () => process.env['ORY_SDK_URL'],
  )
  const counters = createCounters()
  const upstream = createUpstream(settings)
  const cache = createCache(settings, upstream.whoami, counters, (what) => {
    watcher.invalidate(what)
  })
  const ending = createEnding(upstream, cache, settings.timeoutMs)
  const keyOf = createKeyer()
  let closing: Promise<void> | undefined
  async function closeAll(): Promise<void> {
    const drains = [ending.drain(), cache.drain()]
    for (const drain of drains) await drain
    await upstream.close()
  }
  const isClosed = (): boolean => closing !== undefined
  const denials = createDenials(settings)
  const decide = createDecide({ settings, cache, keyOf, counters, denials, isClosed })
  const deny = createDeny(settings, counters)
  const vary = createVary(settings.sources)
  const middleware = createMiddleware(settings, decide, deny, vary)
  const anyone = resolvePolicy(undefined, settings)
  const guardUpgrade = createGuardUpgrade(settings, decide, counters)
  const watcher = createWatcher({
    clock: settings.clock,
    ask: askFor(decide),
    isKnown: cache.isKnown,
    ended: denials.invalid,
  })

  return {
    requireSession: (policy) => middleware(resolvePolicy(policy, settings), false),
    optionalSession: (policy) => middleware(resolvePolicy(policy, settings, true), true),
    async authenticate(request, policy) {
      const resolved = policy === undefined ? anyone : resolvePolicy(policy, settings)
      return authenticateWith(decide, request, resolved, counters)
    },
    ...createLinks(settings),
    guardUpgrade: (policy) =>
      guardUpgrade(resolvePolicy(policy, settings)) as SessionUpgradeGuard<Session<Traits>>,
    watch: createWatch({ settings, keyOf, watcher }),
    logout: createLogout({ settings, ending, keyOf, denials, deny, vary, isClosed }),
    // eslint-disable-next-line @typescript-eslint/require-await -- a store elsewhere will need it
    async invalidate(target) {
      const what = resolveTarget(target, settings, keyOf)
      return what === undefined ? 0 : cache.forget(what)
    },
    getSession: (request) => sessionAt(request, settings.property) as Session<Traits> | undefined,
    stats: () => ({
      ...counters,
      denials: { ...counters.denials },
      upstream: { ...counters.upstream },
      ...cache.size(),
      inFlight: cache.inFlight(),
    }),
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}
