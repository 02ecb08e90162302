import type { Brought, Cache, Demand } from './cache/cache.js'
import { bearerChallenge } from './denial/challenge.js'
import { count } from './counters.js'
import type { Counters } from './counters.js'
import { readCredential, sendable } from './credential/credential.js'
import type { Credential, Source } from './credential/credential.js'
import { isCrossSite } from './cross-site.js'
import { SessionError } from './denial/errors.js'
import type { DenialCode, DenialExtras } from './denial/errors.js'
import { Fault } from './upstream/fault.js'
import type { Key } from './credential/key.js'
import type { Settings } from './options/settings.js'
import { mayChange, refuse, refuseByPredicate } from './policy.js'
import type { ResolvedPolicy } from './policy.js'
import type { RequestFacts } from './request.js'
import type { Session } from './session/session.js'

/** A session that may pass. */
export interface Grant {
  readonly session: Session
  /** Where the credential stood. */
  readonly credential: Source
  /** `'stale'`: from memory past its TTL, in the grace of an outage. */
  readonly from: 'cache' | 'upstream' | 'stale'
  /** `Set-Cookie` lines for the response to this request. */
  readonly setCookie: readonly string[]
  readonly error?: undefined
}

/** A request that may not pass. */
export interface Denial {
  readonly error: SessionError
  /** A renewed cookie goes to the caller all the same. Kept out of the error, which gets logged. */
  readonly setCookie: readonly string[]
}

export type Decision = Grant | Denial

/**
 * Decides at once where memory suffices, or else by a promise. `subject` is the request as the
 * application knows it, for its predicate. Throws what a hook throws.
 */
export type Decide = (
  request: RequestFacts,
  policy: ResolvedPolicy,
  subject: unknown,
) => Decision | Promise<Decision>

const none: readonly string[] = []

export function createDecide(
  settings: Settings,
  cache: Cache,
  keyOf: (credential: Credential) => Key,
  counters: Counters,
  isClosed: () => boolean,
): Decide {
  const { clock } = settings
  const challenge = (error?: string): DenialExtras => ({
    challenge: bearerChallenge(settings.realm, error === undefined ? {} : { error }),
  })
  const missing = challenge()
  const malformed = challenge('invalid_request')
  const invalid = challenge('invalid_token')

  function deny(code: DenialCode, extras?: DenialExtras): Denial {
    return denied(new SessionError(code, extras))
  }

  function denied(error: SessionError, setCookie = none): Denial {
    count(counters.denials, error.code)
    return { error, setCookie }
  }

  function unavailable(fault: Fault): Denial {
    return deny('authentication_unavailable', { retryAfter: retryAfter(fault), cause: fault })
  }

  function grant(
    session: Session,
    credential: Credential,
    policy: ResolvedPolicy,
    subject: unknown,
    from: Grant['from'],
    setCookie = none,
  ): Decision {
    const refusal = refuseByPredicate(session, policy, subject)
    if (refusal !== undefined) return denied(refusal, setCookie)
    return { session, credential: credential.source, from, setCookie }
  }

  async function ask(
    credential: Credential,
    key: Key,
    policy: ResolvedPolicy,
    subject: unknown,
    demand: Demand,
  ): Promise<Decision> {
    let brought: Brought
    try {
      brought = await cache.ask(credential, key, demand)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const stale = demand === 'any' && mayBeStale(policy) ? cache.findStale(key) : undefined
      if (stale === undefined || refuse(stale, policy, clock.now()) !== undefined) {
        return unavailable(error)
      }
      return grant(stale.session, credential, policy, subject, 'stale')
    }
    const { answer, isOwn } = brought
    if (answer.kind === 'refused') return deny('session_invalid', invalid)
    if (answer.kind === 'aal-too-low') {
      return deny('session_aal2_required', stepUp(policy, settings, answer.redirectBrowserTo))
    }
    const setCookie = isOwn ? answer.setCookie : none
    const refusal = refuse(answer.live, policy, clock.now())
    if (refusal !== undefined) return denied(refusal, setCookie)
    return grant(answer.live.session, credential, policy, subject, 'upstream', setCookie)
  }

  return (request, policy, subject) => {
    if (isClosed()) return unavailable(new Fault('closed'))
    const credential = readCredential(request, settings)
    if (credential === undefined) return deny('session_missing', missing)
    if (credential === 'malformed') return deny('credential_malformed', malformed)
    if (credential === 'invalid') return deny('session_invalid', invalid)
    if (
      credential.source === 'cookie' &&
      !settings.isCrossSiteAllowed &&
      isCrossSite(request, settings)
    ) {
      return deny('cross_site_request')
    }
    const key = keyOf(credential)
    if (policy.isFresh) return miss(credential, key, policy, subject, 'fresh')
    const now = clock.now()
    const entry = cache.peek(credential, key, now)
    if (entry !== undefined) {
      // What is fresh has not expired: its TTL ends there at the latest.
      const refusal = policy.isAsking ? refuse(entry, policy, now) : undefined
      if (refusal !== undefined && mayChange(refusal.code) && cache.mayForce(key, entry)) {
        return miss(credential, key, policy, subject, 'forced')
      }
      counters.hits += 1
      if (refusal !== undefined) return denied(refusal)
      return grant(entry.session, credential, policy, subject, 'cache')
    }
    if (cache.isRefused(key)) {
      counters.hits += 1
      return deny('session_invalid', invalid)
    }
    return miss(credential, key, policy, subject, 'any')
  }

  function miss(
    credential: Credential,
    key: Key,
    policy: ResolvedPolicy,
    subject: unknown,
    demand: Demand,
  ): Decision | Promise<Decision> {
    const sent = sendable(credential)
    if (sent === undefined) return deny('session_invalid', invalid)
    counters.misses += 1
    return ask(sent, key, policy, subject, demand)
  }
}

function mayBeStale(policy: ResolvedPolicy): boolean {
  return policy.minimumRank < 0 && policy.maxAgeMs === Infinity
}

/** Ory's own link is passed on only where it leads to the Ory that browsers are meant to see. */
function stepUp(
  { oryAalDenial }: ResolvedPolicy,
  { browserUrl }: Settings,
  url: string | undefined,
): DenialExtras {
  const isOwn = url !== undefined && URL.canParse(url) && new URL(url).origin === browserUrl.origin
  return isOwn ? { ...oryAalDenial, redirectBrowserTo: url } : oryAalDenial
}

/** Seconds: what is known, or a few with jitter, so that clients don't all come at once. */
function retryAfter({ reason, retryAfter: known }: Fault): number {
  const seconds = known ?? (reason === 'rate_limited' ? 5 : 1 + Math.random() * 2)
  return Math.min(Math.max(Math.ceil(seconds), 1), 30)
}
