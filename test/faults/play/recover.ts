import { factsOf } from '../cell.js'
import type { Fault } from '../fault.js'
import type { Recovery } from './outcome.js'
import { isAnswered } from './post.js'
import type { Exchange, Post } from './post.js'
import type { Scene } from './scene.js'
import type { Stage } from './stage.js'
import { until } from './time.js'

/** Longer than any pause for Ory's sake, and than the TTL. */
const pauseMs = 31_000

/** Sends one more request of each when the fault is over. */
export async function recover(
  fault: Fault,
  { front, scenes, heal }: Stage,
  post: Post,
): Promise<Recovery[]> {
  heal()
  const callsBefore = front.calls.length
  const healed = await Promise.all(
    scenes.map(async (scene) => {
      if (hasToWait(scene, fault)) scene.clock.advance(pauseMs)
      const exchanges: Exchange[] = []
      // In turn: the first may be the probe on which the others depend.
      for (const person of scene.users) {
        const exchange = post.send(scene, person)
        await until(() => isAnswered(exchange))
        exchanges.push(exchange)
      }
      return exchanges
    }),
  )
  const calls = front.calls.slice(callsBefore)
  return scenes.map((scene, index) => ({
    healed: healed[index]!,
    healedCalls: calls.filter(scene.isOwn),
  }))
}

/**
 * Whether what is in memory, or a pause for Ory's sake, keeps the next request from asking. A pause
 * is for unknown callers, and faults cause one when they are those of several users. All others
 * ask at once: of a fault nothing is kept, however short.
 */
function hasToWait({ cell }: Scene, fault: Fault): boolean {
  const { isHit, users, ageMs } = factsOf[cell.state]
  const isPaused = users > 1 || (fault.isPausing === true && ageMs === undefined)
  return isHit || fault.reason === 'live' || isPaused
}
