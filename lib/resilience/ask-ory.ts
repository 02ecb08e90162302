import type { Clock } from '../shared/clock.js'
import type { Whoami } from '../ory/whoami-answer.js'
import { createBreaker } from './circuit-breaker.js'
import { createEndSession } from '../ory/ory-logout.js'
import type { EndSession } from '../ory/ory-logout.js'
import { createJunkBudget } from './unknown-caller-budget.js'
import { createGate } from './interceptor.js'
import type { Gate } from './interceptor.js'
import { createLimit } from './concurrency-limit.js'
import { withOutageGuard } from './outage-guard.js'
import { createRateLimit } from './rate-limit-pause.js'
import { createReadiness } from '../ory/readiness.js'
import { createWhoami } from '../ory/whoami.js'
import type { WhoamiSettings } from '../ory/whoami.js'
import { createWire } from '../ory/ory-client.js'
import type { WireSettings } from '../ory/ory-client.js'

export interface UpstreamSettings extends WireSettings, WhoamiSettings {
  readonly readinessPath: string | false
  readonly clock: Clock
}

/** Ory, with all that stands between it and those who ask. */
export interface Upstream {
  readonly whoami: Whoami
  readonly endSession: EndSession
  close(): Promise<void>
}

export function createUpstream(settings: UpstreamSettings): Upstream {
  const { clock, connections, timeoutMs } = settings
  const wire = createWire(settings)
  const readiness =
    settings.readinessPath === false
      ? undefined
      : createReadiness(wire, settings.readinessPath, timeoutMs, clock)
  const rateLimit = createRateLimit(clock)
  const limit = createLimit(connections, timeoutMs)
  // The breaker comes last, or a trial that another did not admit would never end; and before the
  // line, so that nobody waits in it for an Ory that is away.
  const pass = createGate([createJunkBudget(connections, clock), rateLimit, createBreaker(clock)])
  const gate: Gate = (ask) => pass(limit(ask))
  return {
    // The guard is outermost, since what it must not believe was an answer all the same.
    whoami: withOutageGuard(gate(createWhoami(wire, settings)), readiness, clock),
    endSession: gate(createEndSession(wire, readiness, clock)),
    close() {
      rateLimit.close()
      return wire.close()
    },
  }
}
