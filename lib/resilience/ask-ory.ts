import { createWire } from '../ory/ory-client.js'
import type { WireSettings } from '../ory/ory-client.js'
import { createLogoutAtOry, createLogoutRequest } from '../ory/ory-logout.js'
import { createReadiness } from '../ory/readiness.js'
import type { Reply } from '../ory/response.js'
import { createWhoami, createWhoamiRequest } from '../ory/whoami.js'
import type { WhoamiSettings } from '../ory/whoami.js'
import { createCircuitBreaker } from './circuit-breaker.js'
import type { CircuitBreaker } from './circuit-breaker.js'
import { createConcurrencyLimit } from './concurrency-limit.js'
import { intercept } from './interceptor.js'
import { withLogoutGuard } from './logout-guard.js'
import type { EndSession } from './logout-guard.js'
import type { AskWhoami, WhoamiCall } from './ory-call.js'
import { withOutageGuard } from './outage-guard.js'
import { createRateLimitPause } from './rate-limit-pause.js'
import { createUnknownCallerBudget } from './unknown-caller-budget.js'

export interface UpstreamSettings extends WireSettings, WhoamiSettings {
  readonly readinessPath: string | false
}

/** Ory, with all that decides when it may be asked and when it is believed. */
export interface Upstream {
  readonly whoami: AskWhoami
  readonly endSession: EndSession
  /** What the circuit breaker of whoami does now. */
  readonly breakerState: CircuitBreaker['state']
  close(): Promise<void>
}

export function createUpstream(settings: UpstreamSettings): Upstream {
  const { clock, connections, timeoutMs, readinessPath } = settings
  const wire = createWire(settings)
  const readiness =
    readinessPath === false ? undefined : createReadiness(wire, readinessPath, timeoutMs, clock)

  // Both routes share the connections and the budget of unknown callers. All else is each route's own:
  // an Ory that can read its database but not write it answers whoami, and fails every logout.
  const limit = createConcurrencyLimit(connections, timeoutMs)
  const budget = createUnknownCallerBudget(connections, clock)
  const breaker = createCircuitBreaker(clock)

  // The breaker comes last, because a trial that another interceptor stops would never end; and before
  // the limit, so that no call waits for an Ory that is away.
  const toWhoami = intercept(budget.whoami, createRateLimitPause(clock), breaker)
  const toLogout = intercept(
    budget.logout,
    createRateLimitPause(clock),
    createCircuitBreaker(clock),
  )
  const askWhoami = createWhoami(limit<WhoamiCall, Reply>(createWhoamiRequest(wire)), settings)
  const askLogout = createLogoutAtOry(limit(createLogoutRequest(wire)))

  return {
    // The guards are outermost: a 401 that they do not believe was an answer all the same.
    whoami: withOutageGuard(toWhoami(askWhoami), readiness, settings),
    endSession: withLogoutGuard(toLogout(askLogout), readiness, clock),
    breakerState: breaker.state,
    close: () => wire.close(),
  }
}
