import { unknownHealthAgeMs } from '../ory/readiness.js'
import type { Readiness } from '../ory/readiness.js'
import type { Clock } from '../shared/clock.js'
import { Fault } from '../shared/fault.js'
import type { AskWhoami } from './ory-call.js'

/** How long a sign that Ory is away counts, in milliseconds. */
const countsMs = 5_000

/** The same question, and whether its outcomes say that Ory is away. */
export interface AwayNotes {
  readonly whoami: AskWhoami
  readonly isAway: () => boolean
  /** Asks readiness whether Ory is away, and resolves to what is known then. */
  readonly findAway: () => Promise<boolean>
}

/**
 * Notes whether Ory is away: by its own readiness, by an open breaker, never by the fault of one
 * question. A client can cause such a fault, and then it could keep everybody from the login.
 */
export function withAwayNotes(
  ask: AskWhoami,
  readiness: Readiness | undefined,
  clock: Clock,
): AwayNotes {
  let awayUntil = -Infinity

  function note(ms: number): void {
    awayUntil = Math.max(awayUntil, clock.monotonic() + ms)
  }

  /** An outage is looked into in the background, for those who have no credential to ask with. */
  async function lookInto(ready: Readiness): Promise<void> {
    const health = await ready.ask(clock.monotonic(), unknownHealthAgeMs)
    if (health === 'unready') note(countsMs)
    if (health === 'ready') awayUntil = -Infinity
  }

  function noteFault(error: unknown): never {
    if (error instanceof Fault) {
      if (error.reason === 'not_ready') note(countsMs)
      else if (error.reason === 'circuit_open') note((error.retryAfter ?? 1) * 1000)
      else if (error.isOutage && readiness !== undefined) {
        lookInto(readiness).catch(() => undefined)
      }
    }
    throw error
  }

  const isAway = (): boolean => clock.monotonic() < awayUntil

  return {
    whoami: (question) =>
      ask(question).then((answer) => {
        if (answer.kind === 'live') awayUntil = -Infinity
        return answer
      }, noteFault),
    isAway,
    findAway: async () => {
      if (readiness !== undefined) await lookInto(readiness).catch(() => undefined)
      return isAway()
    },
  }
}
