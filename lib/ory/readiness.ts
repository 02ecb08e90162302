import type { Clock } from '../shared/clock.js'
import { withDeadline } from '../shared/deadline.js'
import type { Reply } from './response.js'
import type { OryClient } from './ory-client.js'

/** What Ory says of itself. `'unknown'`: there is no such route here. */
export type Health = 'ready' | 'unready' | 'unknown'

export interface Readiness {
  /**
   * Asks whether Ory is ready, or was at a call that began at `sinceMonotonic` or later. With
   * `maxAgeMs`, an answer that is no older will do as well. One call at a time serves all.
   */
  ask(sinceMonotonic: number, maxAgeMs: number): Promise<Health>
}

/** How old the health may be that a 401 for an unknown credential is held against, in milliseconds. */
export const unknownHealthAgeMs = 1_000
/** How long a route that does not exist is left alone, in milliseconds. */
const unknownForMs = 5 * 60_000

interface Check {
  readonly beganAt: number
  answeredAt: number
  readonly health: Promise<Health>
}

/**
 * Asks Ory's readiness route, which follows its database. `onUnready` is called with each answer that Ory is
 * not ready, before those who wait for it.
 *
 * @see https://www.ory.com/docs/reference/api#tag/metadata/operation/isReady
 */
export function createReadiness(
  client: OryClient,
  route: string,
  timeoutMs: number,
  clock: Clock,
  onUnready: () => void = () => undefined,
): Readiness {
  let latest: Check | undefined
  let unknownUntil = -Infinity

  function start(): Check {
    const check: Check = {
      beganAt: clock.monotonic(),
      answeredAt: Infinity,
      health: askOnce(client, route, timeoutMs).then((health) => {
        check.answeredAt = clock.monotonic()
        if (health === 'unready') onUnready()
        if (health === 'unknown') unknownUntil = check.answeredAt + unknownForMs
        return health
      }),
    }
    // An application's clock that throws once must not leave a call that seems to be under way for good.
    check.health.catch(() => {
      latest = undefined
    })
    return check
  }

  return {
    async ask(sinceMonotonic, maxAgeMs) {
      for (;;) {
        const now = clock.monotonic()
        if (now < unknownUntil) return 'unknown'
        if (latest !== undefined) {
          // A call under way has no age yet.
          const isRecent = maxAgeMs > 0 && !(now - latest.answeredAt > maxAgeMs)
          if (latest.beganAt >= sinceMonotonic || isRecent) return latest.health
          if (latest.answeredAt === Infinity) {
            await latest.health
            continue
          }
        }
        latest = start()
        return latest.health
      }
    },
  }
}

async function askOnce(client: OryClient, route: string, timeoutMs: number): Promise<Health> {
  try {
    const reply = await withDeadline(timeoutMs, (signal) =>
      client.send({ method: 'GET', route, headers: {} }, signal),
    )
    if (reply.status === 200) return isPage(reply) ? 'unknown' : 'ready'
    // A rate limit says nothing of the route, and nothing good of Ory's readiness.
    return reply.status >= 500 || reply.status === 429 ? 'unready' : 'unknown'
  } catch {
    return 'unready'
  }
}

// A front end that answers every route with its own page has no readiness route.
function isPage({ headers }: Reply): boolean {
  return String(headers['content-type']).toLowerCase().startsWith('text/html')
}
