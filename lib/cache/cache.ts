import { ageOf, readClock } from '../clock.js'
import type { Counters } from '../counters.js'
import { sendable } from '../credential/credential.js'
import type { Credential } from '../credential/credential.js'
import type { Key } from '../credential/key.js'
import type { Whoami } from '../upstream/answer.js'
import { createFlights } from './flights.js'
import type { Brought, Demand, Landing } from './flights.js'
import type { Forgotten } from './forgotten.js'
import { createMemory } from './memory.js'
import type { Entry, MemorySettings } from './memory.js'

export interface CacheSettings extends MemorySettings {
  readonly cacheTtlMs: number
  readonly refreshAhead: number | false
  readonly staleIfErrorMs: number
  readonly timeoutMs: number
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
  /** Forgets at once; no answer that is under way brings it back. Tells how many memories went. */
  forget(what: Forgotten): number
  /** Forgets the session of a key by all of its credentials, and refuses this one for a while. */
  end(key: Key): void
  inFlight(): number
  size(): { entries: number; bytes: number }
  /** Resolves when nothing is under way, and forgets all. */
  drain(): Promise<void>
}

/** Shortest time between two forced calls for the sake of a denial, in milliseconds. */
const forcedEveryMs = 1_000
/** How long past its TTL a session counts as live moments ago, in milliseconds. */
const recentMs = 60_000

/** Puts a memory and single flight before `ask`. The facts are kept, never a verdict on them. */
export function createCache(settings: CacheSettings, ask: Whoami, counters: Counters): Cache {
  const { clock, cacheTtlMs, refreshAhead, staleIfErrorMs, timeoutMs } = settings
  const memory = createMemory(settings)
  const flights = createFlights({ ask, timeoutMs, clock, counters, recentIdentity, land })

  function land({ key, answer, asked, isForced, isRefresh }: Landing): void {
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

  function refresh(credential: Credential, key: Key, entry: Entry): void {
    const sent = flights.isUnderWay(key) ? undefined : sendable(credential)
    if (sent === undefined) return
    entry.isRefreshTried = true
    counters.refreshes += 1
    flights.refresh(sent, key)
  }

  function forget(what: Forgotten): number {
    flights.forget(what)
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
      if (refreshAhead !== false && age >= entry.ttlMs * refreshAhead && !entry.isRefreshTried) {
        refresh(credential, key, entry)
      }
      return entry
    },
    isRefused: (key) => memory.isRefused(key),
    ask: (credential, key, demand) => flights.ask(credential, key, demand),
    mayForce(key, entry) {
      if (flights.isForced(key)) return true
      const now = clock.monotonic()
      if (now - entry.forcedAt < forcedEveryMs) return false
      entry.forcedAt = now
      return true
    },
    findStale(key) {
      const entry = memory.find(key)
      if (entry === undefined) return undefined
      const age = ageOf(entry.asked, clock)
      const lifeMs = entry.expiresAt - entry.asked.now
      return age < lifeMs && age < entry.ttlMs + staleIfErrorMs ? entry : undefined
    },
    forget,
    end(key) {
      const session = memory.find(key)?.session.id
      if (session !== undefined) forget({ session })
      forget({ key })
      memory.refuse(key, readClock(clock))
    },
    inFlight: () => flights.count(),
    size: () => memory.size(),
    async drain() {
      await flights.drain()
      memory.clear()
    },
  }
}
