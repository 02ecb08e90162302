import { ageOf, countFrom, readClock } from '../clock.js'
import type { Counters } from '../counters.js'
import { isComposite, sendable } from '../credential/credential.js'
import type { Credential } from '../credential/credential.js'
import type { Key } from '../credential/key.js'
import type { Session } from '../session/session.js'
import type { Answer, Whoami } from '../upstream/answer.js'
import { createBygone } from './bygone.js'
import { createEntry } from './entry.js'
import type { Entry } from './entry.js'
import { createFlights } from './flights.js'
import type { Brought, Demand, Landing } from './flights.js'
import type { Forgotten } from './forgotten.js'
import { createMemory } from './memory.js'
import type { MemorySettings } from './memory.js'

export interface CacheSettings extends MemorySettings {
  readonly cacheTtlMs: number
  readonly refreshAhead: number | false
  readonly staleIfErrorMs: number
  readonly timeoutMs: number
}

export interface Cache {
  /** The session of a key, if it is known and fresh. */
  peek(key: Key, now: number): Entry | undefined
  /** Asks about an entry in the background, once. */
  refresh(credential: Credential, key: Key, entry: Entry): void
  isRefused(key: Key): boolean
  /** Asks Ory, or joins who asks already. Throws a `Fault`. */
  ask(credential: Credential, key: Key, demand: Demand): Promise<Brought>
  /** Whether an entry may be asked about again before a denial: once a second. */
  mayForce(key: Key, entry: Entry): boolean
  /** The session of a credential past its TTL, for the grace in an outage. */
  findStale(key: Key): Entry | undefined
  /** Forgets at once; no answer that is under way brings it back. Tells how many memories went. */
  forget(what: Forgotten): number
  /**
   * Forgets a session by all of its credentials, and refuses it for a minute whatever Ory says:
   * its browser may still be on the way there.
   */
  end(key: Key): void
  /** The identity whose session a credential was moments ago. */
  recentIdentity(key: Key): string | undefined
  inFlight(): number
  size(): { entries: number; bytes: number }
  /** Resolves when nothing is under way, and forgets all. */
  drain(): Promise<void>
}

/** Shortest time between two forced calls for the sake of a denial, in milliseconds. */
const forcedEveryMs = 1_000
/** How long past its TTL a session counts as live moments ago, in milliseconds. */
const recentMs = 60_000
/** How long a session that was logged out here is refused, in milliseconds. */
const endedMs = 60_000
/** What is said of it. */
const over: Answer = { kind: 'refused', doubtfulSince: undefined }

interface Unkept {
  readonly session: string
  readonly identity: string
  readonly forcedAt: number
}

/** Puts a memory and single flight before `ask`. The facts are kept, never a verdict on them. */
export function createCache(settings: CacheSettings, ask: Whoami, counters: Counters): Cache {
  const { cacheTtlMs, refreshAhead, staleIfErrorMs, timeoutMs } = settings
  const start = readClock(settings.clock)
  // Times in here are counted from now on, and kept in whole milliseconds: a small whole number lies
  // in the entry itself, any other is an object of its own, and one more cache miss on each hit.
  const clock = countFrom(start, settings.clock)
  const memory = createMemory({ ...settings, clock })
  /** Keys and session ids that were logged out here. */
  const ended = createBygone<true>(settings.cacheMax, endedMs, clock)
  /** What has to be known of sessions that may not be kept themselves. */
  const unkept = createBygone<Unkept>(settings.cacheMax, recentMs, clock)
  const flights = createFlights({ ask, timeoutMs, clock, counters, recentIdentity, land })

  function land({ credential, key, answer, asked, isForced, isRefresh }: Landing): void {
    if (answer.kind === 'refused') {
      counters.refusals += 1
      unkept.forget(key)
      memory.refuse(key, asked)
      return
    }
    if (answer.kind === 'aal-too-low') {
      // Of a live session, so whose it was is still known.
      const entry = memory.find(key)
      if (entry === undefined) forgetKey(key)
      else release(key, entry.session)
      return
    }
    const { live, cacheForMs } = answer
    const ttlMs = Math.min(cacheTtlMs, cacheForMs, live.expiresAt - start.now - asked.now)
    if (isEnded(key, answer)) return
    const known = memory.find(key) ?? unkept.find(key)
    const forcedAt = isForced ? asked.monotonic : (known?.forcedAt ?? -Infinity)
    // A renewed cookie has nobody to go to here; forgotten, the next request asks for itself.
    if (isRefresh && answer.setCookie.length > 0) {
      release(key, live.session)
      return
    }
    if (ttlMs <= 0) {
      release(key, live.session, forcedAt)
      return
    }
    const facts = { ttlMs, isComposite: isComposite(credential), forcedAt }
    memory.keep(key, createEntry(live, asked, facts))
  }

  /** Keeps of a session no more than that it was live moments ago. */
  function release(key: Key, { id, identity }: Session, forcedAt = -Infinity): void {
    memory.forget(key)
    unkept.note(key, { session: id, identity: identity.id, forcedAt })
  }

  function isEnded(key: Key, answer: Answer): boolean {
    if (answer.kind !== 'live') return false
    return ended.find(key) === true || ended.find(answer.live.session.id) === true
  }

  function recentIdentity(key: Key): string | undefined {
    const entry = memory.find(key)
    if (entry === undefined) return unkept.find(key)?.identity
    const isRecent = ageOf(entry, clock) < entry.ttlMs + recentMs
    return isRecent ? entry.session.identity.id : undefined
  }

  function forgetKey(key: Key): number {
    unkept.forget(key)
    return memory.forget(key)
  }

  function forget(what: Forgotten): number {
    flights.forget(what)
    if ('key' in what) return forgetKey(what.key)
    const isMeant = (session: string, identity: string): boolean =>
      'session' in what ? session === what.session : identity === what.identity
    unkept.forgetWhere(({ session, identity }) => isMeant(session, identity))
    return memory.forgetWhere(({ session }) => isMeant(session.id, session.identity.id))
  }

  return {
    peek(key, now) {
      const entry = memory.find(key)
      if (entry === undefined) return undefined
      const age = ageOf(entry, clock, now - start.now)
      if (!(age < entry.ttlMs)) return undefined
      if (refreshAhead !== false && age >= entry.ttlMs * refreshAhead) entry.isRefreshDue = true
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
    isRefused: (key) => memory.isRefused(key) || ended.find(key) === true,
    async ask(credential, key, demand) {
      const brought = await flights.ask(credential, key, demand)
      return isEnded(key, brought.answer) ? { answer: over, isOwn: brought.isOwn } : brought
    },
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
      const age = ageOf(entry, clock)
      const lifeMs = entry.expiresAt - start.now - entry.now
      return age < lifeMs && age < entry.ttlMs + staleIfErrorMs ? entry : undefined
    },
    forget,
    end(key) {
      ended.note(key, true)
      const session = memory.find(key)?.session.id ?? unkept.find(key)?.session
      if (session !== undefined) {
        ended.note(session, true)
        forget({ session })
      }
      forget({ key })
    },
    recentIdentity,
    inFlight: () => flights.count(),
    size: () => memory.size(),
    async drain() {
      await flights.drain()
      memory.clear()
      ended.clear()
      unkept.clear()
    },
  }
}
