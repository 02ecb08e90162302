import { describe, expect, it } from '@jest/globals'
import { methodBits, otherMethods } from '../../../lib/session/method-bits.js'

describe('methodBits', () => {
  // As Ory documents them.
  const names =
    'password oidc totp lookup_secret webauthn code passkey profile saml deviceauthn link_recovery code_recovery'.split(
      ' ',
    )

  it('gives each method that Ory documents a bit of its own', () => {
    const bits = names.map((name) => methodBits([name]))
    expect(new Set(bits).size).toBe(names.length)
    expect(bits.every((bit) => bit > 0 && (bit & (bit - 1)) === 0 && bit !== otherMethods)).toBe(
      true,
    )
  })

  it('gives all others one together', () => {
    expect([methodBits(['magic']), methodBits(['constructor'])]).toEqual([
      otherMethods,
      otherMethods,
    ])
  })

  it('adds up', () => {
    const [password, totp] = [methodBits(['password']), methodBits(['totp'])]
    expect(methodBits(['password', 'totp', 'password'])).toBe(password + totp)
    expect(methodBits(['magic', 'totp'])).toBe(otherMethods + totp)
    expect(methodBits([])).toBe(0)
  })
})
