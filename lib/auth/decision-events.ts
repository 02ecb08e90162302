import { auditChannel, decisionChannel } from '../shared/channels.js'
import type { OryDecisionEvent } from '../shared/channels.js'
import type { SessionDenialCode } from '../shared/session-error.js'
import type { Refusal } from './policy.js'
import { isDecided } from './decision.js'
import type { Decide } from './decide.js'
import type { Decision } from './decision.js'

/** What happened on the way to a decision, noted while somebody listens. */
export interface DecisionTrace {
  source: OryDecisionEvent['source']
  servedFrom: OryDecisionEvent['servedFrom']
  isCoalesced: boolean
  upstream: OryDecisionEvent['upstream']
}

type PolicyKey = OryDecisionEvent['policyKey']

// Each refusal names its key, and the other denials name none.
const policyKeys: Partial<Record<SessionDenialCode, PolicyKey>> & Record<Refusal, PolicyKey> = {
  session_aal2_required: 'aal',
  session_refresh_required: 'maxAgeMs',
  session_method_required: 'authMethods',
  session_unverified: 'verifiedAddress',
  session_forbidden: 'allow',
}

/** Publishes each decision. Without a subscriber a decision costs what it did: two reads. */
export function withDecisionEvents(decide: Decide, instance: number): Decide {
  return (request, policy, subject, chain, freshness) => {
    if (!decisionChannel.hasSubscribers && !auditChannel.hasSubscribers) {
      return decide(request, policy, subject, chain, freshness)
    }
    const startedAt = performance.now()
    const trace: DecisionTrace = {
      source: undefined,
      servedFrom: undefined,
      isCoalesced: false,
      upstream: undefined,
    }
    const publish = (decision: Decision): Decision => {
      const code = decision.error?.code
      const event: OryDecisionEvent = {
        instance,
        code,
        policyKey: code === undefined ? undefined : policyKeys[code],
        ...trace,
        durationMs: performance.now() - startedAt,
      }
      decisionChannel.publish(event)
      if (auditChannel.hasSubscribers) {
        const identityId = (decision.error ?? decision).session?.identity.id
        auditChannel.publish(identityId === undefined ? event : { ...event, identityId })
      }
      return decision
    }
    const decision = decide(request, policy, subject, chain, freshness, trace)
    return isDecided(decision) ? publish(decision) : decision.then(publish)
  }
}
