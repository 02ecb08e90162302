import type { Counters } from '../resilience/counters.js'
import { isComposite } from '../credential/credential.js'
import type { Answer } from '../ory/whoami-answer.js'
import type { CacheClock } from './cache-clock.js'
import { Entry } from './entry.js'
import type { LoggedOut } from './logged-out.js'
import type { SessionStore } from './session-store.js'
import type { Flight } from './single-flight.js'

export interface StoreAnswerParts {
  readonly store: SessionStore
  readonly loggedOut: LoggedOut
  readonly counters: Counters
  readonly cacheTtlMs: number
  readonly clock: CacheClock
}

/** Keeps what Ory answered, and returns what that means to those who wait. */
export type StoreAnswer = (flight: Flight, answer: Answer) => Answer

type LiveAnswer = Answer & { readonly kind: 'live' }

/** What a session is that was logged out here, whatever Ory still says. */
const over: Answer = { kind: 'refused', ambiguousSince: undefined }
/** `Date` is cut to whole seconds: Ory's clock may be ahead of it by up to so many milliseconds. */
const dateStepMs = 1_000

export function createStoreAnswer(parts: StoreAnswerParts): StoreAnswer {
  const { store, loggedOut, counters, cacheTtlMs, clock } = parts

  function storeLive({ credential, key, asked, isForced, isRefresh }: Flight, answer: LiveAnswer) {
    const { live, cacheForMs, oryNow } = answer
    const { id: sessionId, identity } = live.session
    if (loggedOut.has(key) || loggedOut.has(sessionId)) return over
    const note = store.note(
      {
        key,
        identityId: identity.id,
        sessionId,
        isComposite: isComposite(credential),
        bytes: live.bytes,
      },
      asked,
    )
    if (isForced) note.forcedAt = asked.monotonic
    const askedAt = clock.wallTimeOf(asked)
    const behindMs = Math.max(0, Math.ceil(oryNow + dateStepMs - askedAt))
    const ttlMs = Math.min(cacheTtlMs, cacheForMs, live.expiresAt - askedAt - behindMs)
    // A refresh has no response that could pass a renewed cookie on; the next request asks for itself.
    const isUndelivered = isRefresh && answer.setCookie.length > 0
    if (isUndelivered || ttlMs <= 0) store.release(key)
    else if (answer.isUnchanged) store.find(key)?.renew(asked, { ttlMs, behindMs })
    else store.keep(key, new Entry(live, answer.text, note, asked, { ttlMs, behindMs }))
    return answer
  }

  return (flight, answer) => {
    if (answer.kind === 'live') return storeLive(flight, answer)
    const { key, asked } = flight
    if (answer.kind === 'refused') {
      counters.refusals += 1
      store.refuse(key, asked)
    } else {
      // Ory says this of live sessions alone: the caller stays known, however often Ory says so.
      store.release(key)
      store.renewNote(key, asked)
    }
    return answer
  }
}
