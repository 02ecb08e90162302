import { authenticateWith } from './auth/authenticate.js'
import { createMustAwait } from './auth/must-await.js'
import { createSessionCache } from './cache/session-cache.js'
import type { Invalidation } from './cache/invalidation.js'
import { createCounters } from './resilience/counters.js'
import { withDecisionEvents } from './auth/decision-events.js'
import { createDecide } from './auth/decide.js'
import { createDenialErrors } from './auth/denial-errors.js'
import { createEnrolmentHint } from './auth/enrolment-hint.js'
import { createDeny } from './http/deny.js'
import { createLinks } from './http/links.js'
import { createEndSession } from './auth/end-session.js'
import { resolveTarget } from './auth/invalidate.js'
import type { SessionInvalidateTarget } from './auth/invalidate.js'
import { createDecisionHeaders } from './http/decision-headers.js'
import { createFrameworkGuard, noteGuard } from './http/framework-guard.js'
import { createGuardUpgrade } from './http/guard-upgrade.js'
import type { SessionUpgradeGuard } from './http/guard-upgrade.js'
import { createVary } from './http/vary.js'
import { askFor, createWatch } from './http/watch.js'
import { createWatcher } from './auth/watcher.js'
import { createWebhook } from './http/webhook.js'
import { createLogout } from './http/logout.js'
import { createCacheKey } from './credential/cache-key.js'
import type { Key } from './credential/cache-key.js'
import { createMiddleware } from './http/middleware.js'
import { named } from './http/named.js'
import { sessionAt } from './http/request-session.js'
import type { OrySessionOptions } from './options/options.js'
import { resolvePolicy } from './auth/resolve-policy.js'
import { resolveOptions } from './options/resolve-options.js'
import type { RegisteredTraits } from './shared/register.js'
import type { Session } from './session/session.js'
import { createCallEvents } from './resilience/call-events.js'
import type { OrySession } from './ory-session.js'
import { nextInstanceNumber, numberInstance } from './shared/instance-number.js'
import { createReadLive } from './ory/read-live.js'
import { createFleet } from './store/fleet.js'
import { noStoreStats } from './store/store-counters.js'
import { createUpstream } from './resilience/upstream.js'

const awaited = createMustAwait(
  ['session', 'error', 'source', 'servedFrom', 'setCookie'],
  'ory.authenticate(request)',
)

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
  const fleet =
    settings.fleet && createFleet({ ...settings, ...settings.fleet, instance }, hear, isHeld)
  const askOry = follow('whoami', upstream.whoami)
  const whoami = fleet?.decorate(askOry, createReadLive(settings)) ?? askOry
  const storeWaitMs = fleet && settings.storeTimeoutMs
  const cache = createSessionCache({ ...settings, storeWaitMs }, whoami, counters, (what) => {
    watcher.invalidate(what)
    if ('identity' in what) enrolment.forget(what.identity)
  })
  const logoutAtOry = follow('logout', upstream.logout)
  const endSession = createEndSession(logoutAtOry, cache, fleet, settings.timeoutMs)
  const keyOf = createCacheKey()
  let closing: Promise<void> | undefined
  async function closeAll(): Promise<void> {
    const drains = [endSession.drain(), cache.drain()]
    for (const drain of drains) await drain
    fleet?.close()
    enrolment.clear()
    await upstream.close()
  }
  const isClosed = (): boolean => closing !== undefined
  const errors = createDenialErrors(settings, instance)
  const { clock, timeoutMs } = settings
  const findSecondFactor = follow('login', upstream.findSecondFactor)
  const enrolment = createEnrolmentHint(findSecondFactor, timeoutMs, clock)
  const decide = withDecisionEvents(
    createDecide({ settings, cache, keyOf, counters, errors, enrolment, isClosed }),
    instance,
  )
  const deny = createDeny({ ...settings, instance }, counters, errors, upstream)
  const vary = createVary(settings.sources)
  const putHeaders = createDecisionHeaders(settings, vary)
  const middleware = createMiddleware(settings, decide, deny, putHeaders)
  const logout = createLogout({ settings, endSession, keyOf, errors, deny, vary, isClosed })
  const anyone = resolvePolicy(undefined, settings)
  const guardUpgrade = createGuardUpgrade(settings, decide, counters)
  const watcher = createWatcher({
    clock: settings.clock,
    ask: askFor(decide),
    isKnown: cache.isKnown,
    isRefused: cache.isRefused,
    ended: () => errors.invalid(),
    hold: () => fleet?.hold(),
  })

  function hear(what: Invalidation): void {
    cache.forget(what)
  }

  function isHeld(key: Key): boolean {
    return cache.isHeld(key) || watcher.isWatched(key)
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
    authenticate: (request, policy) => awaited(authenticate(request, policy)),
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
