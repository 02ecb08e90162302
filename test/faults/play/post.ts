import type { SignedIn } from '../../../lib/testing/index.js'
import type { Reply } from '../../support/denial.js'
import { createHandClock } from '../../support/hand-clock.js'
import type { Scene } from './scene.js'
import { elapse } from './time.js'

/** A request, and what came of it. */
export interface Exchange {
  readonly person: SignedIn
  /** `undefined`: nothing came. */
  reply: Reply | undefined
  /** When it came, in milliseconds of the timers from the beginning. */
  atMs: number
}

/** Sends requests, and writes down what comes and when. */
export interface Post {
  send(scene: Scene, person: SignedIn): Exchange
  /** Lets time go by, for all scenes. */
  elapse(ms: number): Promise<void>
}

export function createPost(scenes: readonly Scene[]): Post {
  const clock = createHandClock()
  const began = clock.monotonic()
  return {
    send(scene, person) {
      const exchange: Exchange = { person, reply: undefined, atMs: NaN }
      const take = (reply: Reply): void => {
        exchange.reply = reply
        exchange.atMs = clock.monotonic() - began
      }
      scene.ask(person).then(take, () => undefined)
      return exchange
    },
    elapse: async (ms) => elapse(ms, [clock, ...scenes.map((scene) => scene.clock)]),
  }
}

export function isAnswered({ reply }: Exchange): boolean {
  return reply !== undefined
}
