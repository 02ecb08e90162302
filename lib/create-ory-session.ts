import { authenticateWith } from './auth/authenticate.js'
import type { SessionAuthentication } from './auth/authenticate.js'
import { mustAwait } from './auth/must-await.js'
import type { SessionRequest } from './credential/request-headers.js'
import { createCache } from './cache/session-cache.js'
import type { Invalidation } from './cache/invalidation.js'
import { createCounters } from './resilience/stats.js'
import type { OrySessionStats } from './resilience/stats.js'
import { withDecisionEvents } from './auth/decision-events.js'
import { createDecide } from './auth/decide.js'
import { createDenials } from './auth/create-errors.js'
import { createEnrolmentHint } from './auth/enrolment-hint.js'
import { createDeny } from './http/send-denial.js'
import { createLinks } from './http/links.js'
import type { SessionLinks, SessionReturnTo } from './http/links.js'
import { createEnding } from './auth/end-session.js'
import { resolveTarget } from './auth/invalidate.js'
import type { SessionInvalidateTarget } from './auth/invalidate.js'
import type { OryCheck } from './doctor/check.js'
import { createPutHeaders } from './http/decision-headers.js'
import { createFrameworkGuard, noteGuard } from './http/framework-guard.js'
import { createGuardUpgrade } from './http/guard-upgrade.js'
import type { SessionUpgradeGuard } from './http/guard-upgrade.js'
import { createVary } from './http/vary.js'
import { askFor, createWatch } from './http/watch.js'
import type { SessionWatchOptions } from './http/watch.js'
import { createWatcher } from './auth/watcher.js'
import { createWebhook } from './http/webhook.js'
import type { SessionWebhookOptions } from './http/webhook.js'
import { createLogout } from './http/logout.js'
import { createKeyer } from './credential/cache-key.js'
import { createMiddleware } from './http/middleware.js'
import { named } from './http/named.js'
import { sessionAt } from './http/request-session.js'
import type { SessionMiddleware } from './http/middleware.js'
import type { OrySessionOptions } from './options/options.js'
import { resolvePolicy } from './auth/resolve-policy.js'
import { resolveOptions } from './options/resolve-options.js'
import type { OptionalSessionPolicy, SessionPolicy } from './auth/policy.js'
import type { RegisteredTraits } from './shared/register.js'
import type { Session } from './session/session.js'
import { createCallEvents } from './resilience/call-events.js'
import { nextInstanceNumber, numberInstance } from './shared/instance-number.js'
import { createReadLive } from './ory/whoami.js'
import { createFleet } from './store/fleet.js'
import { noStoreStats } from './store/store-counters.js'
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
   * site is refused, and so is a GET that does not name its origin: use POST.
   *
   * @throws TypeError for a key that is not as documented
   */
  logout(link?: SessionReturnTo): SessionMiddleware
  /**
   * A handler for Ory's web hooks. The body is `{ "identity": id }` or `{ "session": id }`; what is
   * known of these is forgotten at once, as by `invalidate`, and the answer is 204.
   *
   * @throws TypeError for a key that is not as documented
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
  const instance = nextInstanceNumber()
  const { follow } = createCallEvents(settings.url, instance)
  const fleet = settings.fleet && createFleet({ ...settings, ...settings.fleet, instance }, hear)
  const askOry = follow('whoami', upstream.whoami)
  const whoami = fleet?.decorate(askOry, createReadLive(settings)) ?? askOry
  const cache = createCache(settings, whoami, counters, (what) => {
    watcher.invalidate(what)
  })
  const endSession = follow('logout', upstream.endSession)
  const ending = createEnding({ ...upstream, endSession }, cache, fleet, settings.timeoutMs)
  const keyOf = createKeyer()
  let closing: Promise<void> | undefined
  async function closeAll(): Promise<void> {
    const drains = [ending.drain(), cache.drain()]
    for (const drain of drains) await drain
    fleet?.close()
    enrolment.clear()
    await upstream.close()
  }
  const isClosed = (): boolean => closing !== undefined
  const denials = createDenials(settings, instance)
  const { clock, timeoutMs } = settings
  const findSecondFactor = follow('login', upstream.findSecondFactor)
  const enrolment = createEnrolmentHint(findSecondFactor, timeoutMs, clock)
  const { lacksSecondFactor } = enrolment
  const decide = withDecisionEvents(
    createDecide({ settings, cache, keyOf, counters, denials, lacksSecondFactor, isClosed }),
    instance,
  )
  const deny = createDeny({ ...settings, instance }, counters, denials, upstream)
  const vary = createVary(settings.sources)
  const putHeaders = createPutHeaders(settings, vary)
  const middleware = createMiddleware(settings, decide, deny, putHeaders)
  const logout = createLogout({ settings, ending, keyOf, denials, deny, vary, isClosed })
  const anyone = resolvePolicy(undefined, settings)
  const guardUpgrade = createGuardUpgrade(settings, decide, counters)
  const watcher = createWatcher({
    clock: settings.clock,
    ask: askFor(decide),
    isKnown: cache.isKnown,
    isRefused: cache.isRefused,
    ended: () => denials.invalid(),
    hold: () => fleet?.hold(),
  })

  function hear(what: Invalidation): void {
    cache.forget(what)
  }

  async function invalidate(target: SessionInvalidateTarget): Promise<number> {
    const meant = resolveTarget(target, settings)
    if (meant === undefined) return 0
    const what = 'credential' in meant ? { key: keyOf(meant.credential) } : meant
    const count = cache.forget(what)
    await fleet?.invalidate(meant)
    return count
  }

  const authenticate: OrySession<Traits>['authenticate'] = async (request, policy) => {
    const resolved = policy === undefined ? anyone : resolvePolicy(policy, settings)
    return authenticateWith(decide, request, resolved, counters)
  }

  const ory: OrySession<Traits> = {
    requireSession: (policy) =>
      named('requireSession', middleware(resolvePolicy(policy, settings), false)),
    optionalSession: (policy) =>
      named('optionalSession', middleware(resolvePolicy(policy, settings, true), true)),
    authenticate: (request, policy) => mustAwait(authenticate(request, policy)),
    ...createLinks(settings),
    guardUpgrade: (policy) =>
      guardUpgrade(resolvePolicy(policy, settings)) as SessionUpgradeGuard<Session<Traits>>,
    watch: createWatch({ settings, keyOf, watcher }),
    logout: (link) => named('logout', logout(link)),
    invalidate,
    async check() {
      // At its first call: most processes never need the questions.
      const { checkOry } = await import('./doctor/check-ory.js')
      return checkOry(settings)
    },
    webhook: (options) => createWebhook(options, invalidate),
    getSession: (request) => sessionAt(request, settings.property) as Session<Traits> | undefined,
    stats: () => ({
      ...counters,
      denials: { ...counters.denials },
      upstream: { ...counters.upstream },
      ...cache.size(),
      inFlight: cache.inFlight(),
      breaker: upstream.breakerState(),
      store: fleet?.stats() ?? noStoreStats(),
    }),
    close() {
      closing ??= closeAll()
      return closing
    },
  }
  noteGuard(ory, createFrameworkGuard(settings, decide, counters, putHeaders))
  return numberInstance(ory, instance)
}
