import { AsyncResource } from 'node:async_hooks'
import type { Clock, Moment } from '../shared/clock.js'
import { count } from '../resilience/counters.js'
import type { Counters } from '../resilience/counters.js'
import type { Credential } from '../credential/credential.js'
import type { Key } from '../credential/cache-key.js'
import type { Answer } from '../ory/whoami-answer.js'
import { withDeadline } from '../shared/deadline.js'
import { Fault } from '../shared/fault.js'
import type { Signal } from '../shared/lean-abort-signal.js'
import type { CacheClock } from './cache-clock.js'
import { isPastCaches } from './freshness.js'
import type { FlightAnswer, Freshness } from './freshness.js'
import { isAbout } from './invalidation.js'
import type { Invalidation } from './invalidation.js'

/** A call to Ory that is under way. */
export interface Flight {
  readonly credential: Credential
  readonly key: Key
  /** Ory is asked past every cache. */
  readonly isForced: boolean
  /** Nobody waits for it, unless somebody joins. */
  readonly isRefresh: boolean
  /** When it began. */
  readonly asked: Moment
}

export interface SingleFlightSettings {
  readonly timeoutMs: number
  /** How long a store may hold up a question, in milliseconds. Default 0: there is none. */
  readonly storeWaitMs?: number | undefined
  readonly clock: Clock
  readonly cacheClock: CacheClock
  readonly counters: Counters
  /** `restart`: Ory itself is asked from now on, and has all of its time. */
  readonly askOry: (flight: Flight, signal: Signal, restart: () => void) => Promise<Answer>
  /** Keeps an answer that no invalidation overtook, and returns what those who wait get. */
  readonly storeAnswer: (flight: Flight, answer: Answer) => Answer
}

/** One call per credential at a time. It goes on when those who wait for it leave. */
export interface SingleFlight {
  /** Asks, or joins the call that is under way. Rejects with a `Fault`. */
  readonly ask: (credential: Credential, key: Key, freshness: Freshness) => Promise<FlightAnswer>
  /** Asks in the background. Only for a key that has no call under way. */
  refresh(credential: Credential, key: Key): void
  isUnderWay(key: Key): boolean
  isForced(key: Key): boolean
  /** From now on no answer counts that is under way and about what is invalidated. */
  invalidate(what: Invalidation): void
  count(): number
  /** Resolves when no call is under way. */
  drain(): Promise<void>
}

interface FlightUnderWay {
  readonly isForced: boolean
  /** Flights are numbered as they begin. */
  readonly number: number
  /** `undefined`: an invalidation overtook it. */
  readonly answer: Promise<Answer | undefined>
  /** What was invalidated since it began. */
  readonly invalidated: Invalidation[]
}

/** How many answers in a row may be overtaken by an `invalidate` or a logout, before that is a fault. */
const maxAttempts = 3

export function createSingleFlight(settings: SingleFlightSettings): SingleFlight {
  const { timeoutMs, storeWaitMs = 0, clock, cacheClock, counters, askOry, storeAnswer } = settings
  // Both the call that is waited for and the one after it may have had to wait for the store.
  const patienceMs = timeoutMs + 2 * storeWaitMs
  const flights = new Map<Key, FlightUnderWay>()
  const background = new AsyncResource('express-ory-session.refresh')
  let lastNumber = 0
  let asking = 0

  function launch(
    credential: Credential,
    key: Key,
    isForced: boolean,
    isRefresh: boolean,
  ): FlightUnderWay {
    lastNumber += 1
    const invalidated: Invalidation[] = []
    const flight = { credential, key, isForced, isRefresh, asked: cacheClock.read() }
    const answer = withDeadline(
      timeoutMs,
      (signal, restart) => askOry(flight, signal, restart),
      storeWaitMs,
    ).then(
      (said) => {
        flights.delete(key)
        // A record of the store is no answer of Ory.
        if (!('isStored' in said)) count(counters.upstream, said.kind)
        const isOvertaken = invalidated.some((what) => isAbout(what, key, said))
        return isOvertaken ? undefined : storeAnswer(flight, said)
      },
      (error: unknown) => {
        flights.delete(key)
        if (error instanceof Fault) count(counters.upstream, error.reason)
        throw error
      },
    )
    const underWay = { isForced, number: lastNumber, answer, invalidated }
    flights.set(key, underWay)
    return underWay
  }

  /** A flight ends by its own deadline. Waiting for one after another must not add them up. */
  function inTime<T>(promise: Promise<T>, arrivedAt: number): Promise<T> {
    // If the clock of an application throws in the next line, this promise has no other listener, and its
    // rejection would be unhandled.
    promise.catch(() => undefined)
    const leftMs = patienceMs - (clock.monotonic() - arrivedAt)
    return withDeadline(Math.max(leftMs, 0), () => promise)
  }

  async function ask(
    credential: Credential,
    key: Key,
    freshness: Freshness,
  ): Promise<FlightAnswer> {
    const arrivedAt = clock.monotonic()
    const numberAtArrival = lastNumber
    const isForced = freshness !== 'any'
    /** The last flight that began too early. */
    let tooOld = freshness === 'fresh' ? numberAtArrival : 0
    let hasWaited = false
    asking += 1
    try {
      for (let overtaken = 0; overtaken < maxAttempts;) {
        const underWay = flights.get(key)
        if (underWay && (underWay.number <= tooOld || (isForced && !underWay.isForced))) {
          // One call per credential at a time: wait for this one, then ask. That is no attempt.
          hasWaited = true
          await inTime(settled(underWay.answer), arrivedAt)
          continue
        }
        if (underWay) counters.coalesced += 1
        const flight = underWay ?? launch(credential, key, isForced, false)
        const answer = await (hasWaited ? inTime(flight.answer, arrivedAt) : flight.answer)
        if (answer !== undefined) {
          const isNew = flight.number > numberAtArrival
          const isFresh = isNew && isPastCaches(answer, flight.isForced)
          return { answer, isOwn: flight !== underWay, isFresh }
        }
        // It began before an invalidate, so its session may be gone.
        tooOld = flight.number
        hasWaited = true
        overtaken += 1
      }
      throw new Fault('invalidated')
    } finally {
      asking -= 1
    }
  }

  return {
    ask,
    refresh(credential, key) {
      // If nobody joins it, its rejection would be unhandled.
      // In a context of its own, or a trace would show it as part of the request that came by.
      const flight = background.runInAsyncScope(launch, undefined, credential, key, false, true)
      flight.answer.catch(() => undefined)
    },
    isUnderWay: (key) => flights.has(key),
    isForced: (key) => flights.get(key)?.isForced === true,
    invalidate(what) {
      for (const { invalidated } of flights.values()) invalidated.push(what)
    },
    count: () => flights.size,
    async drain() {
      // A caller that waits for one flight may start another just after it. Until then this turns in
      // microtasks alone, so that it needs no timer.
      while (flights.size + asking > 0) {
        const [flight] = flights.values()
        await flight?.answer.catch(() => undefined)
      }
    },
  }
}

async function settled(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => undefined)
}
