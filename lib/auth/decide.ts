import type { Cache } from '../cache/session-cache.js'
import type { Brought, Demand } from '../cache/freshness.js'
import type { Counters } from '../resilience/stats.js'
import { readCredential, sendable } from '../credential/read-credential.js'
import type { Credential } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import { isCrossSite } from './cross-site.js'
import type { Decision, Denial, Grant } from './decision.js'
import type { Denials } from './create-errors.js'
import type { SessionError } from '../shared/session-error.js'
import type { Settings } from '../options/resolve-options.js'
import { hasExpired, mayChange, refuse, refuseByPredicate } from './policy.js'
import type { ResolvedPolicy } from './policy.js'
import type { RequestFacts } from '../credential/request-headers.js'
import { markStale } from '../session/freeze-session.js'
import type { Session } from '../session/session.js'
import { Fault } from '../shared/fault.js'
import type { SessionFaultReason } from '../shared/fault.js'

/**
 * Decides at once where memory suffices, or else by a promise. `subject` is the request as the
 * application knows it, for its predicate. Throws what a hook throws.
 */
export type Decide = (
  request: RequestFacts,
  policy: ResolvedPolicy,
  subject: unknown,
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
  readonly demand: Demand
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

export function createDecide(parts: DecideParts): Decide {
  const { settings, cache, keyOf, counters, denials } = parts
  const { clock } = settings

  function deny(error: SessionError, setCookie = none): Denial {
    return { error, setCookie }
  }

  function grant(
    session: Session,
    credential: Credential,
    policy: ResolvedPolicy,
    subject: unknown,
    servedFrom: Grant['servedFrom'],
    setCookie = none,
  ): Decision {
    const refusal = refuseByPredicate(session, policy, subject)
    if (refusal !== undefined) return deny(refusal, setCookie)
    return { session, source: credential.source, servedFrom, setCookie }
  }

  function judgeFault(
    error: unknown,
    { credential, key, policy, subject, demand }: Asking,
  ): Decision {
    if (!(error instanceof Fault)) throw error
    const mayBridge = demand === 'any' && mayBeStale(policy) && !personal.has(error.reason)
    const stale = mayBridge ? cache.findStale(key) : undefined
    if (stale === undefined || refuse(stale, policy, clock.now())) {
      return deny(denials.unavailable(error))
    }
    return grant(markStale(stale.session), credential, policy, subject, 'stale')
  }

  function judgeAnswer({ answer, isOwn }: Brought, asking: Asking): Decision | Promise<Decision> {
    const { credential, key, policy, subject } = asking
    if (answer.kind === 'refused') return deny(denials.invalid())
    if (answer.kind === 'aal_too_low') {
      return deny(denials.aalTooLow(policy, answer.redirectBrowserTo))
    }
    const setCookie = isOwn ? answer.setCookie : none
    const now = Math.max(clock.now(), answer.oryNow)
    if (hasExpired(answer.live, now)) return deny(denials.invalid(), setCookie)
    const refusal = refuse(answer.live, policy, now)
    if (refusal !== undefined) {
      // Another process may have been told so before the person stepped up.
      const isOld = answer.isStored === true && mayChange(refusal.code)
      if (isOld && mayForce(key)) return askOry({ ...asking, demand: 'forced' })
      return deny(denials.fallsShort(refusal, policy, answer.live), setCookie)
    }
    const from = answer.isStored === true ? 'cache' : 'upstream'
    return grant(answer.live.session, credential, policy, subject, from, setCookie)
  }

  /** Once a second, as for what is in memory. A session that memory cannot hold is always asked about. */
  function mayForce(key: Key): boolean {
    const entry = cache.findFresh(key, clock.now(), clock.monotonic())
    return entry === undefined || cache.claimForced(key, entry)
  }

  function askOry(asking: Asking): Decision | Promise<Decision> {
    const { credential, key, policy, subject, demand } = asking
    const sent = sendable(credential)
    if (sent === undefined) return deny(denials.invalid())
    // Once more with what is sent: if each odd cookie beside the good one made a key of its own, one
    // session could fill the memory.
    if (sent !== credential) return judge(sent, policy, subject)
    counters.misses += 1
    return cache.ask(credential, key, demand).then(
      (brought) => judgeAnswer(brought, asking),
      (error: unknown) => judgeFault(error, asking),
    )
  }

  function judge(
    credential: Credential,
    policy: ResolvedPolicy,
    subject: unknown,
  ): Decision | Promise<Decision> {
    const key = keyOf(credential)
    if (policy.isFresh) return askOry({ credential, key, policy, subject, demand: 'fresh' })
    const now = clock.now()
    const monotonic = clock.monotonic()
    const entry = cache.findFresh(key, now, monotonic)
    if (entry !== undefined) {
      // What is fresh has not expired: its TTL ends there at the latest.
      const refusal = policy.isAsking
        ? refuse(entry, policy, cache.timeOf(entry, now, monotonic))
        : undefined
      if (refusal !== undefined && mayChange(refusal.code) && cache.claimForced(key, entry)) {
        return askOry({ credential, key, policy, subject, demand: 'forced' })
      }
      counters.hits += 1
      if (refusal !== undefined) return deny(denials.fallsShort(refusal, policy, entry))
      if (entry.isRefreshDue) cache.refresh(credential, key, entry)
      return grant(entry.session, credential, policy, subject, 'cache')
    }
    if (cache.isRefused(key)) {
      counters.hits += 1
      return deny(denials.invalid())
    }
    return askOry({ credential, key, policy, subject, demand: 'any' })
  }

  return (request, policy, subject) => {
    if (parts.isClosed()) return deny(denials.unavailable(new Fault('closed')))
    const credential = readCredential(request, settings)
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
    return judge(credential, policy, subject)
  }
}

/**
 * A route with `aal` or `maxAgeMs` gets no stale answer. `methods` and `verified` are judged by what was
 * known.
 */
function mayBeStale(policy: ResolvedPolicy): boolean {
  return policy.minimumRank < 0 && policy.maxAgeMs === Infinity
}
