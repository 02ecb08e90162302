import type { Answer, Whoami } from '../upstream/answer.js'
import { ageOf, readClock } from '../clock.js'
import type { Moment } from '../clock.js'
import { count } from '../counters.js'
import type { Counters } from '../counters.js'
import { sendable } from '../credential/credential.js'
import type { Credential } from '../credential/credential.js'
import { withDeadline } from '../upstream/deadline.js'
import { Fault } from '../upstream/fault.js'
import type { Key } from '../credential/key.js'
import { isForgotten } from './flights.js'
import type { Flight, Forgotten } from './flights.js'
import { createMemory } from './memory.js'
import type { Entry, MemorySettings } from './memory.js'

export interface CacheSettings extends MemorySettings {
  readonly cacheTtlMs: number
  readonly refreshAhead: number | false
  readonly staleIfErrorMs: number
  readonly timeoutMs: number
}

/** How a question may be answered: from a call under way, or by one past every cache. */
export type Demand =
  /** Any call will do, also one that began before. */
  | 'any'
  /** A forced call, also one that began before: the second look before a denial. */
  | 'forced'
  /** A forced call that begins now. */
  | 'fresh'

/** An answer, and whether this caller's question was the one that brought it. */
export interface Brought {
  readonly answer: Answer
  readonly isOwn: boolean
}

export interface Cache {
  /** The session of a credential, if it is known and fresh. May start a refresh in the background. */
  peek(credential: Credential, key: Key, now: number): Entry | undefined
  isRefused(key: Key): boolean
  /** Asks Ory, or joins who asks already. Throws a `Fault`. */
  ask(credential: Credential, key: Key, demand: Demand): Promise<Brought>
  /** Whether an entry may be asked about again before a denial: once a second. */
  mayForce(key: Key, entry: Entry): boolean
  /** The session of a credential past its TTL, for the grace in an outage. */
  findStale(key: Key): Entry | undefined
  forget(what: Forgotten): number
  /** Forgets the session of a key by all of its credentials, and refuses this one for a while. */
  end(key: Key): void
  inFlight(): number
  size(): { entries: number; bytes: number }
  /** Resolves when nothing is under way. */
  drain(): Promise<void>
}

/** Shortest time between two forced calls for the sake of a denial, in milliseconds. */
const forcedEveryMs = 1_000
/** How long past its TTL a session counts as live moments ago, in milliseconds. */
const recentMs = 60_000
/** How often an answer may be overtaken by an `invalidate` before that is a fault. */
const maxAttempts = 3

/** Puts a memory and single flight before `ask`. The facts are kept, never a verdict on them. */
export function createCache(settings: CacheSettings, ask: Whoami, counters: Counters): Cache {
  const { clock, cacheTtlMs, refreshAhead } = settings
  const memory = createMemory(settings)
  const flights = new Map<Key, Flight>()
  let lastNumber = 0

  function launch(credential: Credential, key: Key, isForced: boolean, isRefresh = false): Flight {
    lastNumber += 1
    const asked = readClock(clock)
    const flight: Flight = {
      number: lastNumber,
      isForced,
      forgotten: [],
      answer: withDeadline(settings.timeoutMs, (signal) =>
        ask({ credential, isForced, isRefresh, signal, recentIdentity: recentIdentity(key) }),
      ).then(
        (answer) => {
          flights.delete(key)
          count(counters.upstream, answer.kind)
          if (!isForgotten(flight, key, answer)) keep(key, answer, asked, isForced, isRefresh)
          return answer
        },
        (error: unknown) => {
          flights.delete(key)
          if (error instanceof Fault) count(counters.upstream, error.reason)
          throw error
        },
      ),
    }
    // All who wait may have gone, or there is nobody: then its failure is nobody's business.
    flight.answer.catch(() => undefined)
    flights.set(key, flight)
    return flight
  }

  function refresh(credential: Credential, key: Key): void {
    const sent = sendable(credential)
    if (sent === undefined) return
    counters.refreshes += 1
    launch(sent, key, false, true)
  }

  function keep(
    key: Key,
    answer: Answer,
    asked: Moment,
    isForced: boolean,
    isRefresh: boolean,
  ): void {
    if (answer.kind === 'refused') {
      counters.refusals += 1
      memory.refuse(key, asked)
      return
    }
    // A renewed cookie has nobody to go to here; forgotten, the next request asks for itself.
    if (answer.kind === 'aal-too-low' || (isRefresh && answer.setCookie.length > 0)) {
      memory.forget(key)
      return
    }
    const { live, cacheForMs } = answer
    memory.keep(key, {
      ...live,
      asked,
      ttlMs: Math.min(cacheTtlMs, cacheForMs, live.expiresAt - asked.now),
      forcedAt: isForced ? asked.monotonic : (memory.find(key)?.forcedAt ?? -Infinity),
      isRefreshTried: false,
    })
  }

  function recentIdentity(key: Key): string | undefined {
    const entry = memory.find(key)
    const isRecent = entry !== undefined && ageOf(entry.asked, clock) < entry.ttlMs + recentMs
    return isRecent ? entry.session.identity.id : undefined
  }

  function forget(what: Forgotten): number {
    for (const flight of flights.values()) flight.forgotten.push(what)
    if ('key' in what) return memory.forget(what.key)
    return memory.forgetWhere(({ session }) =>
      'session' in what ? session.id === what.session : session.identity.id === what.identity,
    )
  }

  return {
    peek(credential, key, now) {
      const entry = memory.find(key)
      if (entry === undefined) return undefined
      const age = ageOf(entry.asked, clock, now)
      if (!(age < entry.ttlMs)) return undefined
      if (
        refreshAhead !== false &&
        !entry.isRefreshTried &&
        age >= entry.ttlMs * refreshAhead &&
        !flights.has(key)
      ) {
        entry.isRefreshTried = true
        refresh(credential, key)
      }
      return entry
    },
    isRefused: (key) => memory.isRefused(key),
    async ask(credential, key, demand) {
      const arrivedAt = clock.monotonic()
      const inTime = <T>(promise: Promise<T>): Promise<T> => {
        const leftMs = settings.timeoutMs - (clock.monotonic() - arrivedAt)
        return withDeadline(Math.max(leftMs, 0), () => promise)
      }
      const isForced = demand !== 'any'
      let notBefore = demand === 'fresh' ? lastNumber : 0
      for (let attempt = 1; attempt <= maxAttempts;) {
        const underWay = flights.get(key)
        if (underWay && (underWay.number <= notBefore || (isForced && !underWay.isForced))) {
          // One call per credential at a time: wait for this one, then ask.
          await inTime(settled(underWay.answer))
          continue
        }
        if (underWay) counters.coalesced += 1
        const flight = underWay ?? launch(credential, key, isForced)
        const answer = await (attempt === 1 ? flight.answer : inTime(flight.answer))
        if (!isForgotten(flight, key, answer)) return { answer, isOwn: flight !== underWay }
        // It began before an invalidate, so it may tell of a session that is gone.
        notBefore = flight.number
        attempt += 1
      }
      throw new Fault('invalidated')
    },
    mayForce(key, entry) {
      if (flights.get(key)?.isForced === true) return true
      if (clock.monotonic() - entry.forcedAt < forcedEveryMs) return false
      entry.forcedAt = clock.monotonic()
      return true
    },
    findStale(key) {
      const entry = memory.find(key)
      if (entry === undefined) return undefined
      const age = ageOf(entry.asked, clock)
      const lifeMs = entry.expiresAt - entry.asked.now
      return age < lifeMs && age < entry.ttlMs + settings.staleIfErrorMs ? entry : undefined
    },
    forget,
    end(key) {
      const session = memory.find(key)?.session.id
      if (session !== undefined) forget({ session })
      forget({ key })
      memory.refuse(key, readClock(clock))
    },
    inFlight: () => flights.size,
    size: () => memory.size(),
    async drain() {
      // Who waits for one flight may start another.
      while (flights.size > 0) {
        await Promise.allSettled([...flights.values()].map(({ answer }) => answer))
      }
      memory.clear()
    },
  }
}

async function settled(promise: Promise<unknown>): Promise<void> {
  await promise.catch(() => undefined)
}
