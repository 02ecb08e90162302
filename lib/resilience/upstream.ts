import { createOryClient } from '../ory/ory-client.js'
import type { OryClientSettings, Sent } from '../ory/ory-client.js'
import { createOryLogout, logoutRequest } from '../ory/ory-logout.js'
import { createReadiness } from '../ory/readiness.js'
import { createFindSecondFactor, secondFactorRequest } from '../ory/find-second-factor.js'
import type { SecondFactorAnswer } from '../ory/find-second-factor.js'
import { createWhoami, whoamiRequest } from '../ory/whoami.js'
import type { WhoamiSettings } from '../ory/whoami.js'
import { withAwayNotes } from './away-notes.js'
import { createCircuitBreaker } from './circuit-breaker.js'
import type { CircuitBreaker } from './circuit-breaker.js'
import { createConcurrencyLimit } from './concurrency-limit.js'
import { intercept } from './interceptor.js'
import { withLogoutGuard } from './logout-guard.js'
import type { AskLogout } from './logout-guard.js'
import type { AskWhoami, OryCall, WhoamiCall } from './ory-call.js'
import { withOutageGuard } from './outage-guard.js'
import { createRateLimitPause } from './rate-limit-pause.js'
import { createSignsOfTrouble } from './signs-of-trouble.js'
import { createUnknownCallerBudget } from './unknown-caller-budget.js'

export interface UpstreamSettings extends OryClientSettings, WhoamiSettings {
  readonly readinessPath: string | false
}

/** Ory, with all that decides when it may be asked and when it is believed. */
export interface Upstream {
  readonly whoami: AskWhoami
  readonly logout: AskLogout
  readonly findSecondFactor: FindSecondFactor
  /** Whether Ory is known to be away, so that a browser that is sent there finds no page. */
  readonly isAway: () => boolean
  /** The same, of an Ory that is asked for its readiness first. */
  readonly findAway: () => Promise<boolean>
  /** What the circuit breaker of whoami does now. */
  readonly breakerState: CircuitBreaker['state']
  close(): Promise<void>
}

/** Finds out whether a person has a second factor to show. Rejects with a `Fault` if Ory gives no answer. */
export type FindSecondFactor = (call: OryCall) => Promise<SecondFactorAnswer>

export function createUpstream(settings: UpstreamSettings): Upstream {
  const { clock, connections, timeoutMs, readinessPath } = settings
  const client = createOryClient(settings)
  // Readiness is asked for logouts and logins, too, and each of its answers tells the guard something.
  const signs = createSignsOfTrouble(clock)
  const readiness =
    readinessPath === false
      ? undefined
      : createReadiness(client, readinessPath, timeoutMs, clock, signs.note)

  // The routes share the connections and the budget of unknown callers. All else is each route's own:
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
  const toLogin = intercept(budget.logout, createRateLimitPause(clock), createCircuitBreaker(clock))
  // A second look opens a socket. Without that, it meets the same ill replica behind a balancer of
  // connections, while readiness meets another one.
  const send = <C extends OryCall>(requestOf: (call: C) => Sent) =>
    limit((call: C) => client.send(requestOf(call), call.signal, call.isSecondLook))
  const askWhoami = createWhoami(send<WhoamiCall>(whoamiRequest), settings)
  const askLogout = createOryLogout(send(logoutRequest))
  const askLogin = createFindSecondFactor(send(secondFactorRequest))

  // The guards are outermost: a 401 that they do not believe was an answer all the same.
  const guarded = withOutageGuard(toWhoami(askWhoami), readiness, { clock, timeoutMs, signs })
  const { whoami, isAway, findAway } = withAwayNotes(guarded, readiness, clock)
  return {
    whoami,
    logout: withLogoutGuard(toLogout(askLogout), readiness, clock),
    findSecondFactor: toLogin(askLogin),
    isAway,
    findAway,
    breakerState: breaker.state,
    close: () => client.close(),
  }
}
