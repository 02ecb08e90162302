import type { Entry } from '../cache/entry.js'
import type { FlightAnswer, Freshness } from '../cache/freshness.js'
import type { Key } from '../credential/cache-key.js'
import { sendable } from '../credential/credential.js'
import type { Credential } from '../credential/credential.js'
import { findCredential } from '../credential/read-credential.js'
import type { RequestFacts } from '../credential/request-headers.js'
import { Fault } from '../shared/fault.js'
import { isCrossSite } from './cross-site.js'
import type { DecisionTrace } from './decision-events.js'
import { deny } from './decision.js'
import type { Decision } from './decision.js'
import { mayChange, refuse } from './policy.js'
import type { ResolvedPolicy } from './policy.js'
import { createVerdict } from './verdict.js'
import type { Asking, VerdictParts } from './verdict.js'

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

export interface DecideParts extends VerdictParts {
  readonly keyOf: (credential: Credential) => Key
  readonly isClosed: () => boolean
}

export function createDecide(parts: DecideParts): Decide {
  const { settings, cache, keyOf, counters, errors, isClosed } = parts
  const { clock } = settings
  const { grant, denyShort, judgeAnswer, judgeFault } = createVerdict(parts)

  function carryOn(answered: FlightAnswer, asking: Asking): Decision | PromiseLike<Decision> {
    return judgeAnswer(answered, asking) ?? askOry({ ...asking, freshness: 'revalidate' })
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
      return carryOn(earlier, asking)
    }
    counters.misses += 1
    if (trace !== undefined) trace.servedFrom = 'upstream'
    return cache.ask(credential, key, freshness).then(
      (answered) => {
        cache.requestAnswers.keep(chain, key, answered)
        return carryOn(answered, asking)
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
    if (isClosed()) return deny(errors.unavailable(new Fault('closed')))
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
