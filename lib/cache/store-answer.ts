import type { Moment } from '../shared/clock.js'
import type { Counters } from '../resilience/stats.js'
import { isComposite } from '../credential/read-credential.js'
import type { Credential } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import type { Answer } from '../ory/whoami-answer.js'
import type { Departed, NoteFacts } from './logged-out.js'
import { Entry } from './entry.js'
import type { Memory } from './session-store.js'
import type { Recollection } from './recollection.js'

/** A question that has been answered. */
export interface Landing {
  readonly credential: Credential
  readonly key: Key
  readonly answer: Answer
  /** When it was asked. */
  readonly asked: Moment
  readonly isForced: boolean
  readonly isRefresh: boolean
  /** As it was then, but for what was forced since. */
  readonly noted: Recollection['noted']
}

export interface LandingParts {
  readonly memory: Memory
  readonly departed: Departed
  readonly counters: Counters
  readonly cacheTtlMs: number
  /** What the times of a landing are counted from. */
  readonly start: Moment
}

/** What becomes of answers in the cache. */
export interface Landings {
  readonly land: (landing: Landing) => void
  /** What is told to those who asked: of a session that was logged out here, that it is over. */
  readonly tell: (key: Key, answer: Answer) => Answer
}

/** What is said of a session that was logged out here. */
const over: Answer = { kind: 'refused', doubtfulSince: undefined }
/** `Date` is cut to whole seconds: Ory's clock may be further on by up to so many milliseconds. */
const dateStepMs = 1_000

export function createLandings(parts: LandingParts): Landings {
  const { memory, departed, counters, cacheTtlMs, start } = parts

  /** Keeps of a session only that it was live moments ago, and whose. */
  function release(key: Key, facts: NoteFacts): void {
    memory.forget(key)
    departed.note(key, facts)
  }

  function isEnded(key: Key, answer: Answer): boolean {
    if (answer.kind !== 'live') return false
    return departed.hasEnded(key) || departed.hasEnded(answer.live.session.id)
  }

  function landSession(landing: Landing, answer: Answer & { kind: 'live' }): void {
    const { credential, key, asked, isForced, isRefresh, noted } = landing
    const { live, cacheForMs, oryNow } = answer
    if (isEnded(key, answer)) return
    const askedAt = start.now + asked.now
    const behindMs = Math.max(0, Math.ceil(oryNow + dateStepMs - askedAt))
    const ttlMs = Math.min(cacheTtlMs, cacheForMs, live.expiresAt - askedAt - behindMs)
    const forcedAt = isForced ? asked.monotonic : (noted?.forcedAt ?? -Infinity)
    const facts = { ttlMs, behindMs, isComposite: isComposite(credential), forcedAt }
    const entry = new Entry(live, asked, facts)
    // Nobody is here to pass a renewed cookie on to; the next request asks for itself.
    const isUndelivered = isRefresh && answer.setCookie.length > 0
    if (isUndelivered || ttlMs <= 0) {
      release(key, entry)
      return
    }
    memory.keep(key, entry)
  }

  return {
    tell: (key, answer) => (isEnded(key, answer) ? over : answer),
    land(landing) {
      const { key, answer, asked } = landing
      if (answer.kind === 'live') {
        landSession(landing, answer)
        return
      }
      if (answer.kind === 'refused') {
        counters.refusals += 1
        departed.forget({ key })
        memory.refuse(key, asked)
        return
      }
      // Ory says this of live sessions alone: whose it was stays known, however often it says so.
      const entry = memory.find(key)
      memory.forget(key)
      if (entry !== undefined) departed.note(key, entry)
    },
  }
}
