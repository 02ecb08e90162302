import type { Moment } from '../shared/clock.js'
import type { Key } from '../credential/cache-key.js'
import type { CacheClock } from './cache-clock.js'
import type { FlightAnswer, Freshness } from './freshness.js'

/**
 * Answers that a request has waited for, for its other guards: without them, a guard with `fresh`, or
 * without a cache, would ask Ory once more about the same request. `undefined` is no request of a chain:
 * an application may ask with `authenticate` about one object again and again.
 */
export interface RequestAnswers {
  /** Keeps the answer to a request, while the request is in memory. */
  keep(request: object | undefined, key: Key, answer: FlightAnswer): void
  find(request: object | undefined, key: Key, freshness: Freshness): FlightAnswer | undefined
  /** Forgets all. What was invalidated may be among them. */
  forget(): void
}

interface Kept extends Moment, FlightAnswer {
  readonly key: Key
}

/**
 * How long an answer serves, in milliseconds. A socket that was upgraded keeps its request, and an
 * application may ask about that again after hours.
 */
const servesForMs = 1_000

export function createRequestAnswers(clock: CacheClock): RequestAnswers {
  let answers = new WeakMap<object, Kept>()

  return {
    keep(request, key, { answer, isFresh }) {
      if (request === undefined) return
      const { now, monotonic } = clock.read()
      // Only the first guard passes a renewed cookie on.
      answers.set(request, { key, answer, isOwn: false, isFresh, now, monotonic })
    },
    find(request, key, freshness) {
      const kept = request === undefined ? undefined : answers.get(request)
      if (kept?.key !== key) return undefined
      if (freshness !== 'any' && !kept.isFresh) return undefined
      const age = clock.ageOf(kept)
      if (age >= servesForMs) return undefined
      const { answer } = kept
      return answer.kind === 'live'
        ? { ...kept, answer: { ...answer, oryNow: answer.oryNow + age } }
        : kept
    },
    forget() {
      answers = new WeakMap()
    },
  }
}
