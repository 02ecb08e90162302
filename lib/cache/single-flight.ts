import { readClock } from '../shared/clock.js'
import type { Clock } from '../shared/clock.js'
import { count } from '../resilience/stats.js'
import type { Counters } from '../resilience/stats.js'
import type { Credential } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import type { Answer, Whoami } from '../ory/whoami-answer.js'
import { withDeadline } from '../shared/deadline.js'
import { Fault } from '../shared/fault.js'
import type { Brought, Demand } from './freshness.js'
import { isAbout } from './invalidation.js'
import type { Forgotten } from './invalidation.js'
import type { Landing } from './store-answer.js'
import type { Recollection } from './recollection.js'
import { createRoster } from './roster.js'

interface Flight {
  /** Flights are numbered as they begin. */
  readonly number: number
  readonly isForced: boolean
  readonly answer: Promise<Answer>
  /** What was invalidated since it began. */
  readonly forgotten: Forgotten[]
}

export interface FlightSettings {
  readonly ask: Whoami
  readonly timeoutMs: number
  readonly clock: Clock
  readonly counters: Counters
  readonly recall: (key: Key) => Recollection
  /** Told of each answer that nothing has overtaken, before those who wait for it. */
  readonly land: (landing: Landing) => void
  /** What those are told who waited, which is not always what Ory said. */
  readonly tell: (key: Key, answer: Answer) => Answer
}

/** Single flight: one question per credential at a time, detached from all who wait for it. */
export interface Flights {
  /** Asks, or joins who asks already. Rejects with a `Fault`. */
  readonly ask: (credential: Credential, key: Key, demand: Demand) => Promise<Brought>
  /** Asks in the background. Only where nothing is under way: a second flight takes the place of the first. */
  refresh(credential: Credential, key: Key): void
  isUnderWay(key: Key): boolean
  isForced(key: Key): boolean
  /** From now on no answer about what is forgotten counts that is under way. */
  forget(what: Forgotten): void
  count(): number
  /** Resolves when nothing is under way. */
  drain(): Promise<void>
}

/** How many answers in turn, overtaken by an `invalidate` or a log-out, are a fault. */
const maxAttempts = 3

export function createFlights(settings: FlightSettings): Flights {
  const { clock, counters } = settings
  const flights = createRoster<Flight>()
  let lastNumber = 0
  let asking = 0

  function launch(credential: Credential, key: Key, isForced: boolean, isRefresh: boolean): Flight {
    lastNumber += 1
    const asked = readClock(clock)
    const { entry, noted, recentIdentity } = settings.recall(key)
    const flight: Flight = {
      number: lastNumber,
      isForced,
      forgotten: [],
      answer: withDeadline(settings.timeoutMs, (signal) =>
        settings.ask({
          credential,
          key,
          isForced,
          isRefresh,
          signal,
          known: entry,
          recentIdentity,
        }),
      ).then(
        (answer) => {
          flights.delete(key)
          // A record of the store's is no answer of Ory's.
          if (!('isStored' in answer)) count(counters.upstream, answer.kind)
          if (!isOvertaken(flight, key, answer)) {
            settings.land({ credential, key, answer, asked, isForced, isRefresh, noted })
          }
          return answer
        },
        (error: unknown) => {
          flights.delete(key)
          if (error instanceof Fault) count(counters.upstream, error.reason)
          throw error
        },
      ),
    }
    flights.set(key, flight)
    return flight
  }

  /** A flight ends by its own deadline; who waits for one after another must not add them up. */
  function inTime<T>(promise: Promise<T>, arrivedAt: number): Promise<T> {
    // Where an application's clock throws in the next line nobody waits for this one, and its failure
    // would count as unhandled.
    promise.catch(() => undefined)
    const leftMs = settings.timeoutMs - (clock.monotonic() - arrivedAt)
    return withDeadline(Math.max(leftMs, 0), () => promise)
  }

  async function ask(credential: Credential, key: Key, demand: Demand): Promise<Brought> {
    const arrivedAt = clock.monotonic()
    const isForced = demand !== 'any'
    /** The last flight that began too early. */
    let tooOld = demand === 'fresh' ? lastNumber : 0
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
        if (!isOvertaken(flight, key, answer)) {
          return { answer: settings.tell(key, answer), isOwn: flight !== underWay }
        }
        // It began before an invalidate, so it may tell of a session that is gone.
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
      // Where nobody joins it, its rejection would go unhandled.
      launch(credential, key, false, true).answer.catch(() => undefined)
    },
    isUnderWay: (key) => flights.get(key) !== undefined,
    isForced: (key) => flights.get(key)?.isForced === true,
    forget(what) {
      for (const flight of flights.values()) flight.forgotten.push(what)
    },
    count: flights.size,
    async drain() {
      // Who waits for one flight may start another, moments after it; until then this turns in
      // microtasks alone, so that it needs no timer.
      while (flights.size() + asking > 0) {
        await Promise.allSettled(flights.values().map((flight) => flight.answer))
      }
    },
  }
}

function isOvertaken({ forgotten }: Flight, key: Key, answer: Answer): boolean {
  return forgotten.some((what) => isAbout(what, key, answer))
}

async function settled(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => undefined)
}
