import { describe, expect, it } from '@jest/globals'
import { Fault } from '../../../lib/shared/fault.js'
import type { SessionFaultReason } from '../../../lib/shared/fault.js'

describe('a fault', () => {
  it.each<[string, Fault, string]>([
    ['its reason', new Fault('circuit_open'), 'Fault: circuit_open'],
    ['its reason and a detail', new Fault('status', '404'), 'Fault: status: 404'],
  ])('says in a log no more than %s', (_title, fault, text) => {
    expect(String(fault)).toBe(text)
  })

  it('is an error, which tells when to ask again where that is known', () => {
    expect(new Fault('rate_limited', '', 7)).toMatchObject({ retryAfter: 7 })
    expect(new Fault('rate_limited').retryAfter).toBeUndefined()
    expect(new Fault('circuit_open')).toBeInstanceOf(Error)
  })

  const reasons: Record<SessionFaultReason, boolean> = {
    timeout: true,
    network: true,
    server_error: true,
    not_ready: true,
    ambiguous_401: false,
    status: false,
    rate_limited: false,
    invalid_response: false,
    oversized: false,
    identity_mismatch: false,
    traits: false,
    overload: false,
    throttled: false,
    circuit_open: true,
    invalidated: false,
    closed: false,
  }
  it.each(Object.entries(reasons))('that is %s says that Ory is away: %s', (reason, expected) => {
    expect(new Fault(reason as SessionFaultReason).isOutage).toBe(expected)
  })
})
