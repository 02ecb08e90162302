import { afterEach, describe, expect, it } from '@jest/globals'
import { hasRecentLevel } from '../../../lib/session/method-level.js'
import { buildSession } from '../../../lib/testing/build-session.js'
import type { AuthenticationMethod } from '../../../lib/session/session.js'

const [aal2, since] = [2, Date.UTC(2026, 0, 2, 12)]
const [before, after] = ['2026-01-02T11:59:59.999Z', '2026-01-02T12:00:00Z']

const has = (...methods: AuthenticationMethod[]): boolean =>
  hasRecentLevel(buildSession({ authentication_methods: methods }), aal2, since)

describe('hasRecentLevel', () => {
  it('takes the level that Ory names, and the moment itself', () => {
    expect(has({ method: 'code', aal: 'aal2', completed_at: after })).toBe(true)
    expect(has({ method: 'code', aal: 'aal2', completed_at: before })).toBe(false)
    expect(has({ method: 'totp', aal: 'aal1', completed_at: after })).toBe(false)
  })

  it('takes the usual level of a method if Ory names none', () => {
    expect(has({ method: 'totp', completed_at: after })).toBe(true)
    expect(has({ method: 'password', completed_at: after })).toBe(false)
  })

  it('needs the level and the time of one method, not of two', () => {
    const old = { method: 'totp', aal: 'aal2', completed_at: before } as const
    const weak = { method: 'password', aal: 'aal1', completed_at: after } as const
    expect(has(old, weak)).toBe(false)
    expect(has(old, { ...old, completed_at: after }, weak)).toBe(true)
  })

  it('gives nothing for a time or a level that it cannot read', () => {
    expect(has({ method: 'totp', aal: 'aal2' })).toBe(false)
    expect(has({ method: 'totp', aal: 'aal2', completed_at: 'yesterday' })).toBe(false)
    expect(has({ method: 'totp', aal: 'aal99', completed_at: after } as never)).toBe(false)
  })

  describe('beside a polluted Object.prototype', () => {
    afterEach(() => {
      Reflect.deleteProperty(Object.prototype, 'aal')
      Reflect.deleteProperty(Object.prototype, 'completed_at')
    })

    it('reads members of the method alone', () => {
      Object.assign(Object.prototype, { aal: 'aal2', completed_at: after })
      expect(has({ method: 'password', completed_at: after })).toBe(false)
      expect(has({ method: 'totp', aal: 'aal2' })).toBe(false)
    })
  })
})
