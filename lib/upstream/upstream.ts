import type { Clock } from '../clock.js'
import type { Whoami } from './answer.js'
import { withBreaker } from './breaker.js'
import { createEndSession } from './end-session.js'
import type { EndSession } from './end-session.js'
import { withJunkBudget } from './junk-budget.js'
import { createLimit, withLimit } from './limit.js'
import type { Limit } from './limit.js'
import { withOutageGuard } from './outage-guard.js'
import { withRateLimit } from './rate-limit.js'
import { createReadiness } from './readiness.js'
import { createWhoami } from './whoami.js'
import type { WhoamiSettings } from './whoami.js'
import { createWire } from './wire.js'
import type { WireSettings } from './wire.js'

export interface UpstreamSettings extends WireSettings, WhoamiSettings {
  readonly readiness: string | false
  readonly clock: Clock
}

/** Ory, with all that stands between it and those who ask. */
export interface Upstream {
  readonly whoami: Whoami
  readonly endSession: EndSession
  /** The limit of all calls. */
  readonly limit: Limit
  close(): Promise<void>
}

export function createUpstream(settings: UpstreamSettings): Upstream {
  const { clock, connections, timeoutMs } = settings
  const wire = createWire(settings)
  const readiness =
    settings.readiness === false
      ? undefined
      : createReadiness(wire, settings.readiness, timeoutMs, clock)
  const limit = createLimit(connections, timeoutMs)
  // From the inside out: the breaker goes before the line, so that nobody waits in it for an Ory
  // that is away; the guard is outermost, since what it must not believe was an answer all the same.
  const reached = withBreaker(withLimit(createWhoami(wire, settings), limit), clock)
  const spared = withJunkBudget(withRateLimit(reached, clock), connections, clock)
  return {
    whoami: withOutageGuard(spared, readiness, clock),
    endSession: createEndSession(wire, readiness, clock),
    limit,
    close: () => wire.close(),
  }
}
