import type { Cache } from '../cache/session-cache.js'
import type { Entry } from '../cache/entry.js'
import type { FlightAnswer, Freshness } from '../cache/freshness.js'
import type { Counters } from '../resilience/stats.js'
import { findCredential, sendable } from '../credential/read-credential.js'
import type { Credential, CredentialSource } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import { isCrossSite } from './cross-site.js'
import type { Denials } from './create-errors.js'
import type { SessionError } from '../shared/session-error.js'
import type { Settings } from '../options/resolve-options.js'
import { hasExpired, mayChange, refuse, refuseByPredicate } from './policy.js'
import type { ResolvedPolicy } from './policy.js'
import type { LiveSession } from '../session/parse-session.js'
import type { RequestFacts } from '../credential/request-headers.js'
import { markStale } from '../session/freeze-session.js'
import type { Session } from '../session/session.js'
import { Fault } from '../shared/fault.js'
import type { SessionFaultReason } from '../shared/fault.js'

/** A session that may pass. Every member is its own, so that a polluted Object.prototype adds none. */
export interface Grant {
  readonly session: Session
  /** Where the credential stood. */
  readonly source: CredentialSource
  /** `'stale'`: from memory past its TTL, in the grace of an outage. */
  readonly servedFrom: 'cache' | 'upstream' | 'stale'
  /** `Set-Cookie` lines for the response to this request. */
  readonly setCookie: readonly string[]
  readonly error: undefined
}

/** A request that may not pass. */
export interface Denial {
  readonly session: undefined
  readonly source: undefined
  readonly servedFrom: undefined
  /** A renewed cookie goes to the caller all the same. Kept out of the error, which gets logged. */
  readonly setCookie: readonly string[]
  readonly error: SessionError
}

export type Decision = Grant | Denial

/**
 * Decides at once where memory suffices, or else by a promise. `subject` is the request as the
 * application knows it, for its predicate. `freshness` is that of the policy unless it is given.
 * Throws what a hook throws.
 */
export type Decide = (
  request: RequestFacts,
  policy: ResolvedPolicy,
  subject: unknown,
  freshness?: Freshness,
) => Decision | Promise<Decision>

export interface DecideParts {
  readonly settings: Settings
  readonly cache: Cache
  readonly keyOf: (credential: Credential) => Key
  readonly counters: Counters
  readonly denials: Denials
  readonly isClosed: () => boolean
}

/** What Ory is asked, for whom, and what is to be made of the answer. */
interface Asking {
  readonly credential: Credential
  readonly key: Key
  readonly policy: ResolvedPolicy
  readonly subject: unknown
  readonly freshness: Freshness
}

const none: readonly string[] = Object.freeze([])

/** Faults that one client can bring about alone, such as by its traits: they let nobody in as stale. */
const personal: ReadonlySet<SessionFaultReason> = new Set([
  'throttled',
  'ambiguous_401',
  'traits',
  'oversized',
  'identity_mismatch',
])

function deny(error: SessionError, setCookie = none): Denial {
  return { session: undefined, source: undefined, servedFrom: undefined, setCookie, error }
}

/** A promise of a decision is no object with these members, whichever library it is of. */
export function isDecided(decision: Decision | PromiseLike<Decision>): decision is Decision {
  return Object.hasOwn(decision, 'setCookie')
}

export function createDecide(parts: DecideParts): Decide {
  const { settings, cache, keyOf, counters, denials } = parts
  const { clock } = settings

  function grant(
    live: LiveSession,
    { source }: Credential,
    policy: ResolvedPolicy,
    subject: unknown,
    servedFrom: Grant['servedFrom'],
    setCookie = none,
  ): Decision {
    const session = servedFrom === 'stale' ? markStale(live.session) : live.session
    const refusal = refuseByPredicate(session, policy, subject)
    if (refusal !== undefined) return deny(denials.fallsShort(refusal, policy, live), setCookie)
    return { session, source, servedFrom, setCookie, error: undefined }
  }

  function judgeFault(
    error: unknown,
    { credential, key, policy, subject, freshness }: Asking,
  ): Decision {
    if (!(error instanceof Fault)) throw error
    const mayBridge = freshness === 'any' && mayBeStale(policy) && !personal.has(error.reason)
    const stale = mayBridge ? cache.findStale(key) : undefined
    if (stale === undefined || refuse(stale, policy, clock.now()) !== undefined) {
      return deny(denials.unavailable(error))
    }
    return grant(stale, credential, policy, subject, 'stale')
  }

  function judgeAnswer(
    { answer, isOwn }: FlightAnswer,
    { credential, policy, subject }: Asking,
  ): Decision {
    if (answer.kind === 'refused') return deny(denials.invalid())
    if (answer.kind === 'aal_too_low') {
      return deny(denials.aalTooLow(policy, answer.redirectBrowserTo))
    }
    const { live } = answer
    const setCookie = isOwn ? answer.setCookie : none
    const now = Math.max(clock.now(), answer.oryNow)
    if (hasExpired(live, now)) return deny(denials.invalid(), setCookie)
    const refusal = refuse(live, policy, now)
    if (refusal !== undefined) return deny(denials.fallsShort(refusal, policy, live), setCookie)
    return grant(live, credential, policy, subject, 'upstream', setCookie)
  }

  function askOry(asking: Asking): Decision | Promise<Decision> {
    const { credential, key, policy, subject, freshness } = asking
    const sent = sendable(credential)
    if (sent === 'invalid') return deny(denials.invalid())
    // Once more with what is sent: if each odd cookie beside the good one made a key of its own, one
    // session could fill the memory.
    if (sent !== credential) return judge(sent, policy, subject, freshness)
    const earlier = cache.requestAnswers.find(subject, key, freshness)
    if (earlier !== undefined) {
      counters.hits += 1
      return judgeAnswer(earlier, asking)
    }
    counters.misses += 1
    return cache.ask(credential, key, freshness).then(
      (answered) => {
        cache.requestAnswers.keep(subject, key, answered)
        return judgeAnswer(answered, asking)
      },
      (error: unknown) => judgeFault(error, asking),
    )
  }

  /** Not if this request has just asked Ory about it. */
  function isToRevalidate(key: Key, entry: Entry, subject: unknown): boolean {
    const earlier = cache.requestAnswers.find(subject, key, 'revalidate')
    return earlier === undefined && cache.claimForced(key, entry)
  }

  function judge(
    credential: Credential,
    policy: ResolvedPolicy,
    subject: unknown,
    freshness: Freshness,
  ): Decision | Promise<Decision> {
    const key = keyOf(credential)
    if (freshness !== 'any') return askOry({ credential, key, policy, subject, freshness })
    const now = clock.now()
    const monotonic = clock.monotonic()
    const entry = cache.findFresh(key, now, monotonic)
    if (entry !== undefined) {
      // What is fresh has not expired: its TTL ends there at the latest.
      const refusal = policy.isAsking
        ? refuse(entry, policy, cache.timeOf(entry, now, monotonic))
        : undefined
      if (refusal !== undefined && mayChange(refusal) && isToRevalidate(key, entry, subject)) {
        return askOry({ credential, key, policy, subject, freshness: 'revalidate' })
      }
      counters.hits += 1
      if (refusal !== undefined) return deny(denials.fallsShort(refusal, policy, entry))
      if (entry.isRefreshDue) cache.refresh(credential, key, entry)
      return grant(entry, credential, policy, subject, 'cache')
    }
    if (cache.isRefused(key)) {
      counters.hits += 1
      return deny(denials.invalid())
    }
    return askOry({ credential, key, policy, subject, freshness: 'any' })
  }

  return (request, policy, subject, freshness = policy.isFresh ? 'fresh' : 'any') => {
    if (parts.isClosed()) return deny(denials.unavailable(new Fault('closed')))
    const credential = findCredential(request, settings)
    if (credential === undefined) return deny(denials.missing())
    if (credential === 'malformed') return deny(denials.malformed())
    if (credential === 'invalid') return deny(denials.invalid())
    if (
      credential.source === 'cookie' &&
      !settings.isCrossSiteAllowed &&
      isCrossSite(request, settings)
    ) {
      return deny(denials.crossSite())
    }
    return judge(credential, policy, subject, freshness)
  }
}

/**
 * A route with `aal` or `maxAgeMs` gets no stale answer. `authMethods` and `verifiedAddress` are judged
 * by what was known.
 */
function mayBeStale(policy: ResolvedPolicy): boolean {
  return policy.minimumRank < 0 && policy.maxAgeMs === Infinity
}
