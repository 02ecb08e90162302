import { ageAt, ageOf, countFrom, readClock } from '../shared/clock.js'
import type { Counters } from '../resilience/stats.js'
import { sendable } from '../credential/read-credential.js'
import type { Credential } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import type { Whoami } from '../ory/whoami-answer.js'
import type { Brought, Demand } from './freshness.js'
import { createDeparted } from './logged-out.js'
import type { Entry } from './entry.js'
import { createFlights } from './single-flight.js'
import { isMeant } from './invalidation.js'
import type { Forgotten } from './invalidation.js'
import { createLandings } from './store-answer.js'
import { createMemory } from './session-store.js'
import type { MemorySettings } from './session-store.js'
import type { Recollection } from './recollection.js'

export interface CacheSettings extends Omit<MemorySettings, 'onEvicted'> {
  readonly cacheTtlMs: number
  readonly refreshAhead: number | false
  readonly staleIfErrorMs: number
  readonly timeoutMs: number
}

export interface Cache {
  /**
   * The session of a key, if it is known and fresh by what both clocks say. Notes on the entry whether
   * a refresh is due.
   */
  findFresh(key: Key, now: number, monotonic: number): Entry | undefined
  /**
   * The time that an entry is judged by: what it was when Ory was asked, on whichever wall clock was
   * ahead, ours or Ory's, and what has passed since. It is never before `now`.
   */
  timeOf(entry: Entry, now: number, monotonic: number): number
  /** Asks about an entry in the background, once. */
  refresh(credential: Credential, key: Key, entry: Entry): void
  isRefused(key: Key): boolean
  /** Asks Ory, or joins who asks already. Throws a `Fault`. */
  ask(credential: Credential, key: Key, demand: Demand): Promise<Brought>
  /** Whether an entry may be asked about again before a denial: once a second. */
  claimForced(key: Key, entry: Entry): boolean
  /** The session of a credential past its TTL, for the grace in an outage. */
  findStale(key: Key): Entry | undefined
  /** Forgets at once; no answer that is under way brings it back. Tells how many memories went. */
  forget(what: Forgotten): number
  /**
   * Forgets a session by all of its credentials, and refuses it for a minute whatever Ory says:
   * its browser may still be on the way there. `isSession`: Ory has said that it is one. Returns the id of
   * the session, if it is known here.
   */
  end(key: Key, isSession: boolean): string | undefined
  /** The identity whose session a credential was moments ago. */
  recentIdentity(key: Key): string | undefined
  inFlight(): number
  size(): { entries: number; bytes: number }
  /** Resolves when nothing is under way, and forgets all. */
  drain(): Promise<void>
}

/** Shortest time between two forced calls for the sake of a denial, in milliseconds. */
const forcedEveryMs = 1_000
/**
 * How long a session counts as live moments ago, in milliseconds: past its TTL while it is in memory, and
 * from when it had to go where it is not.
 */
const recentMs = 60_000

/** Puts a memory and single flight before `ask`. The facts are kept, never a verdict on them. */
export function createCache(settings: CacheSettings, ask: Whoami, counters: Counters): Cache {
  const { cacheTtlMs, refreshAhead, staleIfErrorMs, timeoutMs } = settings
  const start = readClock(settings.clock)
  // Times in here are counted from now on, and those that a hit reads are kept in whole milliseconds:
  // V8 keeps a small whole number (of 24 days) in the entry itself, any other in an object of its own,
  // which is one more cache miss on each hit.
  const clock = countFrom(start, settings.clock)
  const departed = createDeparted(settings.cacheMaxSessions, recentMs, clock)
  const memory = createMemory({
    ...settings,
    clock,
    // Or whoever fills the memory would make strangers of those who had to make room.
    onEvicted(key, entry) {
      if (isRecent(entry)) departed.note(key, entry)
    },
  })
  const landings = createLandings({ memory, departed, counters, cacheTtlMs, start })
  const flights = createFlights({
    ask,
    timeoutMs,
    clock,
    counters,
    recall,
    land: landings.land,
    tell: landings.tell,
  })

  function isRecent(entry: Entry): boolean {
    return ageOf(entry, clock) < entry.ttlMs + recentMs
  }

  function recall(key: Key): Recollection {
    const entry = memory.find(key)
    if (entry === undefined) {
      const noted = departed.find(key)
      return { entry, noted, recentIdentity: noted?.identityId }
    }
    const recentIdentity = isRecent(entry) ? entry.identityId : undefined
    return { entry, noted: entry, recentIdentity }
  }

  function timeOf(entry: Entry, now: number, monotonic: number): number {
    const askedAt = start.now + entry.now + entry.behindMs
    return askedAt + ageAt(entry, now - start.now, monotonic - start.monotonic)
  }

  function forget(what: Forgotten): number {
    flights.forget(what)
    departed.forget(what)
    if ('key' in what) return memory.forget(what.key)
    return memory.forgetWhere((entry) => isMeant(what, entry.sessionId, entry.identityId))
  }

  return {
    timeOf,
    findFresh(key, now, monotonic) {
      const entry = memory.find(key)
      if (entry === undefined) return undefined
      const age = ageAt(entry, now - start.now, monotonic - start.monotonic)
      if (!(age < entry.ttlMs)) return undefined
      // Each time anew: a clock that is set back makes an entry younger.
      entry.isRefreshDue = refreshAhead !== false && age >= entry.ttlMs * refreshAhead
      return entry
    },
    refresh(credential, key, entry) {
      const isIdle = !entry.isRefreshTried && !flights.isUnderWay(key)
      const sent = isIdle ? sendable(credential) : undefined
      if (sent === undefined) return
      entry.isRefreshTried = true
      counters.refreshes += 1
      flights.refresh(sent, key)
    },
    isRefused: (key) => memory.isRefused(key) || departed.hasEnded(key),
    ask: flights.ask,
    claimForced(key, entry) {
      if (flights.isForced(key)) return true
      const now = clock.monotonic()
      if (now - entry.forcedAt < forcedEveryMs) return false
      entry.forcedAt = now
      return true
    },
    findStale(key) {
      const entry = memory.find(key)
      if (entry === undefined) return undefined
      const { now, monotonic } = readClock(settings.clock)
      if (timeOf(entry, now, monotonic) >= entry.expiresAt) return undefined
      return ageOf(entry, clock) < entry.ttlMs + staleIfErrorMs ? entry : undefined
    },
    forget,
    end(key, isSession) {
      const session = memory.find(key)?.sessionId ?? departed.find(key)?.sessionId
      if (session === undefined) departed.end(key, isSession ? 'ory' : 'nobody')
      else {
        departed.end(key, 'us')
        departed.end(session, 'us')
        forget({ session })
      }
      forget({ key })
      return session
    },
    recentIdentity: (key) => recall(key).recentIdentity,
    inFlight: () => flights.count(),
    size: () => memory.size(),
    async drain() {
      await flights.drain()
      memory.clear()
      departed.clear()
    },
  }
}
