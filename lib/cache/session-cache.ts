import type { Clock } from '../shared/clock.js'
import type { Counters } from '../resilience/counters.js'
import type { Credential } from '../credential/credential.js'
import type { Key } from '../credential/cache-key.js'
import type { Answer } from '../ory/whoami-answer.js'
import { toCaller } from '../resilience/caller.js'
import type { Caller } from '../resilience/caller.js'
import type { AskWhoami } from '../resilience/ory-call.js'
import type { Signal } from '../shared/lean-abort-signal.js'
import { createCacheClock } from './cache-clock.js'
import type { Entry } from './entry.js'
import type { FlightAnswer, Freshness } from './freshness.js'
import type { Invalidation } from './invalidation.js'
import { createLoggedOut } from './logged-out.js'
import { claimForced } from './recently-live.js'
import { createRequestAnswers } from './request-answers.js'
import type { RequestAnswers } from './request-answers.js'
import { createSessionStore } from './session-store.js'
import type { SessionStoreSettings } from './session-store.js'
import { createSingleFlight } from './single-flight.js'
import type { Flight } from './single-flight.js'
import { createStoreAnswer } from './store-answer.js'

export interface CacheSettings extends SessionStoreSettings {
  readonly refreshAhead: number | false
  readonly staleIfErrorMs: number
  readonly timeoutMs: number
  /** How long a store may hold up a question, in milliseconds. Default 0: there is none. */
  readonly storeWaitMs?: number | undefined
  readonly clock: Clock
}

export interface SessionCache {
  /**
   * Returns the session of a key, if it is fresh by both clocks, whose readings are given. Notes on the
   * entry whether a refresh is due.
   */
  findFresh(key: Key, now: number, monotonic: number): Entry | undefined
  /**
   * Returns the time that an entry is judged by: the time when Ory was asked, on the wall clock that was
   * ahead, ours or Ory's, and its age since. It is never before `now`.
   */
  timeOf(entry: Entry, now: number, monotonic: number): number
  /** Asks about an entry in the background, once. */
  refresh(credential: Credential, key: Key, entry: Entry): void
  readonly isRefused: (key: Key) => boolean
  /** Returns whether memory alone can answer for a key now. */
  readonly isKnown: (key: Key) => boolean
  /** Returns whether the session of a key is in memory, however old. That counts as no use of it. */
  readonly isHeld: (key: Key) => boolean
  /** Asks Ory, or joins the call that is under way. Rejects with a `Fault`. */
  readonly ask: (credential: Credential, key: Key, freshness: Freshness) => Promise<FlightAnswer>
  /** What requests have waited for, for their other guards. */
  readonly requestAnswers: RequestAnswers
  /** Claims the one question a second that may be asked about an entry before a denial. */
  claimForced(key: Key, entry: Entry): boolean
  /** Returns a session past its TTL, for the grace in an outage. */
  findStale(key: Key): Entry | undefined
  /** Forgets at once, so that no answer under way brings it back. Returns how many memories went. */
  forget(what: Invalidation): number
  /**
   * Forgets a session by all of its credentials, and refuses it for a minute whatever Ory says, because
   * its browser may still be on the way to Ory. Returns the id of the session, if it is known here.
   */
  end(key: Key): string | undefined
  /** Returns whether a credential is that of a known caller, and of which. */
  callerOf(key: Key): Caller
  inFlight(): number
  size(): { entries: number; bytes: number }
  /** Resolves when no call is under way, and forgets all. */
  drain(): Promise<void>
}

/**
 * Puts memory and single flight before `whoami`. It keeps facts, never a verdict on them. `onForget` is
 * called with all that is invalidated or logged out, after it has gone.
 */
export function createSessionCache(
  settings: CacheSettings,
  whoami: AskWhoami,
  counters: Counters,
  onForget: (what: Invalidation) => void = () => undefined,
): SessionCache {
  const { cacheTtlMs, refreshAhead, staleIfErrorMs, timeoutMs, storeWaitMs } = settings
  const clock = createCacheClock(settings.clock)
  const store = createSessionStore(settings, clock)
  const loggedOut = createLoggedOut(settings.cacheMaxSessions, clock)
  const requestAnswers = createRequestAnswers(clock)
  const flights = createSingleFlight({
    timeoutMs,
    storeWaitMs,
    clock: settings.clock,
    cacheClock: clock,
    counters,
    askOry,
    storeAnswer: createStoreAnswer({ store, loggedOut, counters, cacheTtlMs, clock }),
  })

  function askOry(
    { credential, key, isForced, isRefresh }: Flight,
    signal: Signal,
    restart: () => void,
  ): Promise<Answer> {
    const known = store.find(key)
    const caller = callerOf(key)
    return whoami({ credential, key, isForced, isRefresh, signal, restart, known, caller })
  }

  function callerOf(key: Key): Caller {
    return toCaller(store.recall(key)?.identityId)
  }

  function timeOf(entry: Entry, now: number, monotonic: number): number {
    return clock.wallTimeOf(entry) + entry.behindMs + clock.ageAt(entry, now, monotonic)
  }

  function forget(what: Invalidation): number {
    flights.invalidate(what)
    requestAnswers.forget()
    const count = store.forget(what)
    onForget(what)
    return count
  }

  function isRefused(key: Key): boolean {
    return store.isRefused(key) || loggedOut.has(key)
  }

  function findFresh(key: Key, now: number, monotonic: number): Entry | undefined {
    const entry = store.find(key)
    if (entry === undefined) return undefined
    const age = clock.ageAt(entry, now, monotonic)
    if (!(age < entry.ttlMs)) return undefined
    // Each time anew: a clock that is set back makes an entry younger.
    entry.isRefreshDue = refreshAhead !== false && age >= entry.ttlMs * refreshAhead
    return entry
  }

  return {
    timeOf,
    findFresh,
    isKnown(key) {
      const { clock: time } = settings
      return isRefused(key) || findFresh(key, time.now(), time.monotonic()) !== undefined
    },
    isHeld: store.isHeld,
    refresh(credential, key, entry) {
      if (entry.isRefreshTried || flights.isUnderWay(key)) return
      entry.isRefreshTried = true
      counters.refreshes += 1
      flights.refresh(credential, key)
    },
    isRefused,
    ask: flights.ask,
    requestAnswers,
    claimForced: (key, { note }) => flights.isForced(key) || claimForced(note, clock.read()),
    findStale(key) {
      const entry = store.find(key)
      if (entry === undefined) return undefined
      const [now, monotonic] = [settings.clock.now(), settings.clock.monotonic()]
      if (timeOf(entry, now, monotonic) >= entry.expiresAt) return undefined
      const age = clock.ageAt(entry, now, monotonic)
      return age < entry.ttlMs + staleIfErrorMs ? entry : undefined
    },
    forget,
    end(key) {
      const { sessionId: session } = store.find(key)?.note ?? store.recall(key) ?? {}
      loggedOut.add(key, session !== undefined)
      if (session !== undefined) {
        loggedOut.add(session, true)
        forget({ session })
      }
      forget({ key })
      return session
    },
    callerOf,
    inFlight: () => flights.count(),
    size: () => store.size(),
    async drain() {
      await flights.drain()
      store.clear()
      loggedOut.clear()
    },
  }
}
