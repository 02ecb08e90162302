import type { SessionCache } from '../cache/session-cache.js'
import type { Entry } from '../cache/entry.js'
import type { FlightAnswer, Freshness } from '../cache/freshness.js'
import type { Counters } from '../resilience/counters.js'
import { findCredential, sendable } from '../credential/read-credential.js'
import type { Credential, CredentialSource } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import { isCrossSite } from './cross-site.js'
import type { DecisionTrace } from './decision-events.js'
import type { DenialErrors } from './denial-errors.js'
import type { LacksSecondFactor } from './enrolment-hint.js'
import type { SessionError } from '../shared/session-error.js'
import type { Settings } from '../options/resolve-options.js'
import { hasExpired, mayChange, refuse, refuseByPredicate } from './policy.js'
import type { Refusal, ResolvedPolicy } from './policy.js'
import type { RequestFacts } from '../credential/request-headers.js'
import { markStale } from '../session/freeze-session.js'
import type { LiveSession } from '../session/parse-session.js'
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
 * application knows it, for its predicate. `chain` is the request whose guards share an answer of Ory.
 * `freshness` is that of the policy unless it is given. Throws what a hook throws.
 */
export type Decide = (
  request: RequestFacts,
  policy: ResolvedPolicy,
  subject: unknown,
  chain?: object,
  freshness?: Freshness,
  trace?: DecisionTrace,
) => Decision | PromiseLike<Decision>

export interface DecideParts {
  readonly settings: Settings
  readonly cache: SessionCache
  readonly keyOf: (credential: Credential) => Key
  readonly counters: Counters
  readonly errors: DenialErrors
  readonly lacksSecondFactor: LacksSecondFactor
  readonly isClosed: () => boolean
}

/** What Ory is asked, for whom, and what is to be made of the answer. */
interface Asking {
  readonly credential: Credential
  readonly key: Key
  readonly policy: ResolvedPolicy
  readonly subject: unknown
  readonly chain: object | undefined
  readonly freshness: Freshness
  readonly trace: DecisionTrace | undefined
}

const none: readonly string[] = Object.freeze([])

/** Faults that one client can cause alone, such as by its traits: they open no grace period. */
const personal: ReadonlySet<SessionFaultReason> = new Set([
  // An account with many sessions can hold all permits for a while.
  'overload',
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
  const { settings, cache, keyOf, counters, errors, lacksSecondFactor } = parts
  const { clock } = settings

  /** Denies a session that falls short. Ory's step-up page is a dead end without a second factor. */
  function denyShort(
    refusal: Refusal,
    live: LiveSession,
    { credential, key, policy }: Pick<Asking, 'credential' | 'key' | 'policy'>,
    setCookie = none,
  ): Decision | PromiseLike<Decision> {
    const answer = (isMissing: boolean): Denial => {
      const error = isMissing
        ? errors.notEnrolled(policy, live)
        : errors.fallsShort(refusal, policy, live)
      return deny(error, setCookie)
    }
    if (refusal !== 'session_aal2_required' || live.rank >= 2) return answer(false)
    const isMissing = lacksSecondFactor({ credential, key, live })
    return typeof isMissing === 'boolean' ? answer(isMissing) : isMissing.then(answer)
  }

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
    if (refusal !== undefined) {
      return deny(errors.fallsShort(refusal, policy, live), setCookie)
    }
    return { session, source, servedFrom, setCookie, error: undefined }
  }

  function judgeFault(
    error: unknown,
    { credential, key, policy, subject, freshness, trace }: Asking,
  ): Decision {
    if (!(error instanceof Fault)) throw error
    if (trace !== undefined) trace.upstream = error.reason
    const mayBridge = freshness === 'any' && mayBeStale(policy) && !personal.has(error.reason)
    const stale = mayBridge ? cache.findStale(key) : undefined
    if (stale === undefined || refuse(stale, policy, clock.now()) !== undefined) {
      return deny(errors.unavailable(error))
    }
    counters.stale += 1
    if (trace !== undefined) trace.servedFrom = 'stale'
    return grant(stale, credential, policy, subject, 'stale')
  }

  function judgeAnswer(
    { answer, isOwn }: FlightAnswer,
    asking: Asking,
  ): Decision | PromiseLike<Decision> {
    const { credential, key, policy, subject, trace } = asking
    if (trace !== undefined) {
      trace.upstream = answer.kind
      trace.isCoalesced = !isOwn
    }
    if (answer.kind === 'refused') return deny(errors.invalid())
    if (answer.kind === 'aal_too_low') {
      return deny(errors.aalTooLow(policy, answer.redirectBrowserTo))
    }
    const { live } = answer
    const setCookie = isOwn ? answer.setCookie : none
    const now = Math.max(clock.now(), answer.oryNow)
    if (hasExpired(live, now)) return deny(errors.invalid(), setCookie)
    const refusal = refuse(live, policy, now)
    if (refusal !== undefined) {
      // Ory may have said so to another process before the user stepped up.
      const isOld = answer.isStored === true && mayChange(refusal)
      if (isOld && mayRevalidate(key)) return askOry({ ...asking, freshness: 'revalidate' })
      return denyShort(refusal, live, asking, setCookie)
    }
    const servedFrom = answer.isStored === true ? 'cache' : 'upstream'
    if (trace !== undefined) trace.servedFrom = servedFrom
    return grant(live, credential, policy, subject, servedFrom, setCookie)
  }

  /** Once a second, as for an entry in memory. A session that memory cannot hold is always asked about. */
  function mayRevalidate(key: Key): boolean {
    const entry = cache.findFresh(key, clock.now(), clock.monotonic())
    return entry === undefined || cache.claimForced(key, entry)
  }

  function askOry(asking: Asking): Decision | PromiseLike<Decision> {
    const { credential, key, policy, subject, chain, freshness, trace } = asking
    const sent = sendable(credential)
    if (sent === 'invalid') return deny(errors.invalid())
    // Once more with what is sent: if each odd cookie beside the good one made a key of its own, one
    // session could fill the memory.
    if (sent !== credential) return judge(sent, policy, subject, chain, freshness, trace)
    const earlier = cache.requestAnswers.find(chain, key, freshness)
    if (earlier !== undefined) {
      counters.hits += 1
      return judgeAnswer(earlier, asking)
    }
    counters.misses += 1
    if (trace !== undefined) trace.servedFrom = 'upstream'
    return cache.ask(credential, key, freshness).then(
      (answered) => {
        cache.requestAnswers.keep(chain, key, answered)
        return judgeAnswer(answered, asking)
      },
      (error: unknown) => judgeFault(error, asking),
    )
  }

  /** Not if this request has just asked Ory about it. */
  function isToRevalidate(key: Key, entry: Entry, chain: object | undefined): boolean {
    const earlier = cache.requestAnswers.find(chain, key, 'revalidate')
    return earlier === undefined && cache.claimForced(key, entry)
  }

  function judge(
    credential: Credential,
    policy: ResolvedPolicy,
    subject: unknown,
    chain: object | undefined,
    freshness: Freshness,
    trace: DecisionTrace | undefined,
  ): Decision | PromiseLike<Decision> {
    if (trace !== undefined) trace.source = credential.source
    const key = keyOf(credential)
    if (freshness !== 'any')
      return askOry({ credential, key, policy, subject, chain, freshness, trace })
    const now = clock.now()
    const monotonic = clock.monotonic()
    const entry = cache.findFresh(key, now, monotonic)
    if (entry !== undefined) {
      // What is fresh has not expired: its TTL ends there at the latest.
      const refusal = policy.isAsking
        ? refuse(entry, policy, cache.timeOf(entry, now, monotonic))
        : undefined
      if (refusal !== undefined && mayChange(refusal) && isToRevalidate(key, entry, chain)) {
        return askOry({ credential, key, policy, subject, chain, freshness: 'revalidate', trace })
      }
      counters.hits += 1
      if (trace !== undefined) trace.servedFrom = 'cache'
      if (refusal !== undefined) return denyShort(refusal, entry, { credential, key, policy })
      if (entry.isRefreshDue) cache.refresh(credential, key, entry)
      return grant(entry, credential, policy, subject, 'cache')
    }
    if (cache.isRefused(key)) {
      counters.hits += 1
      if (trace !== undefined) trace.servedFrom = 'cache'
      return deny(errors.invalid())
    }
    return askOry({ credential, key, policy, subject, chain, freshness: 'any', trace })
  }

  return (request, policy, subject, chain, freshness = policy.isFresh ? 'fresh' : 'any', trace) => {
    if (parts.isClosed()) return deny(errors.unavailable(new Fault('closed')))
    const credential = findCredential(request, settings)
    if (credential === undefined) return deny(errors.missing())
    if (credential === 'malformed') return deny(errors.malformed())
    if (credential === 'invalid') return deny(errors.invalid())
    if (
      credential.source === 'cookie' &&
      !settings.isCrossSiteAllowed &&
      isCrossSite(request, settings)
    ) {
      return deny(errors.crossSite())
    }
    return judge(credential, policy, subject, chain, freshness, trace)
  }
}

/**
 * A route with `aal` or `maxAgeMs` gets no stale answer. `authMethods` and `verifiedAddress` are judged
 * by what was known.
 */
function mayBeStale(policy: ResolvedPolicy): boolean {
  return policy.minimumRank < 0 && policy.maxAgeMs === Infinity
}
