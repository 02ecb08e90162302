import type { FlightAnswer, Freshness } from '../cache/freshness.js'
import type { SessionCache } from '../cache/session-cache.js'
import type { Key } from '../credential/cache-key.js'
import type { Credential } from '../credential/credential.js'
import type { Settings } from '../options/resolve-options.js'
import type { Counters } from '../resilience/counters.js'
import { markStale } from '../session/freeze-session.js'
import type { LiveSession } from '../session/parse-session.js'
import { Fault } from '../shared/fault.js'
import type { DecisionTrace } from './decision-events.js'
import { deny, noCookies } from './decision.js'
import type { Decision, Denial, Grant } from './decision.js'
import type { DenialErrors } from './denial-errors.js'
import type { EnrolmentHint } from './enrolment-hint.js'
import { findInGrace } from './grace.js'
import { hasExpired, mayChange, refuse, refuseByPredicate } from './policy.js'
import type { Refusal, ResolvedPolicy } from './policy.js'

/** What Ory is asked, for whom, and what is to be made of the answer. */
export interface Asking {
  readonly credential: Credential
  readonly key: Key
  readonly policy: ResolvedPolicy
  readonly subject: unknown
  readonly chain: object | undefined
  readonly freshness: Freshness
  readonly trace: DecisionTrace | undefined
}

export interface VerdictParts {
  readonly settings: Settings
  readonly cache: SessionCache
  readonly counters: Counters
  readonly errors: DenialErrors
  readonly enrolment: Pick<EnrolmentHint, 'lacksSecondFactor' | 'forget'>
}

/** What is made of a session, of an answer of Ory's, and of a fault. */
export interface Verdict {
  /** Lets a session pass, unless the predicate of the policy refuses it. */
  readonly grant: (
    live: LiveSession,
    credential: Credential,
    policy: ResolvedPolicy,
    subject: unknown,
    servedFrom: Grant['servedFrom'],
  ) => Decision
  /** Denies a session that falls short. Ory's step-up page is a dead end without a second factor. */
  readonly denyShort: (refusal: Refusal, live: LiveSession, asked: Asked) => Eventually
  /** Judges an answer; `undefined` for a stored one that Ory is to be asked about again. */
  readonly judgeAnswer: (answered: FlightAnswer, asking: Asking) => Eventually | undefined
  /** Judges a fault. Throws what is none. */
  readonly judgeFault: (error: unknown, asking: Asking) => Decision
}

type Asked = Pick<Asking, 'credential' | 'key' | 'policy'>
type Eventually = Decision | PromiseLike<Decision>

export function createVerdict(parts: VerdictParts): Verdict {
  const { cache, counters, errors, enrolment } = parts
  const { clock } = parts.settings

  function denyShort(
    refusal: Refusal,
    live: LiveSession,
    { credential, key, policy }: Asked,
    setCookie = noCookies,
  ): Eventually {
    const answer = (isMissing: boolean): Denial => {
      const error = isMissing
        ? errors.notEnrolled(policy, live)
        : errors.fallsShort(refusal, policy, live)
      return deny(error, setCookie)
    }
    if (refusal !== 'session_aal2_required' || live.rank >= 2) return answer(false)
    const isMissing = enrolment.lacksSecondFactor({ credential, key, live })
    return typeof isMissing === 'boolean' ? answer(isMissing) : isMissing.then(answer)
  }

  function grant(
    live: LiveSession,
    { source }: Credential,
    policy: ResolvedPolicy,
    subject: unknown,
    servedFrom: Grant['servedFrom'],
    setCookie = noCookies,
  ): Decision {
    const session = servedFrom === 'stale' ? markStale(live.session) : live.session
    const refusal = refuseByPredicate(session, policy, subject)
    if (refusal !== undefined) return deny(errors.fallsShort(refusal, policy, live), setCookie)
    return { session, source, servedFrom, setCookie, error: undefined }
  }

  /** Once a second, as for an entry in memory. A session that memory cannot hold is always asked about. */
  function mayRevalidate(key: Key): boolean {
    const entry = cache.findFresh(key, clock.now(), clock.monotonic())
    return entry === undefined || cache.claimForced(key, entry)
  }

  function judgeAnswer({ answer, isOwn }: FlightAnswer, asking: Asking): Eventually | undefined {
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
    if (live.rank >= 2) enrolment.forget(live.session.identity.id)
    const setCookie = isOwn ? answer.setCookie : noCookies
    const now = Math.max(clock.now(), answer.oryNow)
    if (hasExpired(live, now)) return deny(errors.invalid(), setCookie)
    const refusal = refuse(live, policy, now)
    if (refusal !== undefined) {
      // Ory may have said so to another process before the user stepped up.
      const isOld = answer.isStored === true && mayChange(refusal)
      if (isOld && mayRevalidate(key)) return undefined
      return denyShort(refusal, live, asking, setCookie)
    }
    const servedFrom = answer.isStored === true ? 'cache' : 'upstream'
    if (trace !== undefined) trace.servedFrom = servedFrom
    return grant(live, credential, policy, subject, servedFrom, setCookie)
  }

  function judgeFault(error: unknown, asking: Asking): Decision {
    if (!(error instanceof Fault)) throw error
    const { credential, policy, subject, trace } = asking
    if (trace !== undefined) trace.upstream = error.reason
    const stale = findInGrace(cache, clock, error, asking)
    if (stale === undefined) return deny(errors.unavailable(error))
    counters.stale += 1
    if (trace !== undefined) trace.servedFrom = 'stale'
    return grant(stale, credential, policy, subject, 'stale')
  }

  return { grant, denyShort, judgeAnswer, judgeFault }
}
