import { trace } from '@opentelemetry/api'
import { observe } from '../shared/observe.js'

/** Says on the active span of a request what was decided about it. */
export function markSpans(instance: number, isIdentified: boolean): () => void {
  return observe(
    'decision',
    (event) => {
      if (event.instance !== instance) return
      const span = trace.getActiveSpan()
      if (span?.isRecording() !== true) return
      span.setAttributes({
        'ory_session.code': event.code ?? 'ok',
        'ory_session.served_from': event.servedFrom ?? 'none',
        'ory_session.coalesced': event.isCoalesced,
        ...(event.source !== undefined && { 'ory_session.source': event.source }),
        ...(event.policyKey !== undefined && { 'ory_session.policy_key': event.policyKey }),
        ...(event.upstream !== undefined && { 'ory_session.outcome': event.upstream }),
        ...(event.identityId !== undefined && { 'enduser.id': event.identityId }),
      })
    },
    { identityId: isIdentified },
  )
}
