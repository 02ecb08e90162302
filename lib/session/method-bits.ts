import type { AuthenticationMethodName } from './session.js'

/**
 * Ways to authenticate as a set of bits. Each request is judged by them, and one number lies in the
 * session's entry, where a list of names is objects all over memory.
 */
export type MethodBits = number

const bitOf: ReadonlyMap<string, MethodBits> = new Map(
  (
    [
      'password',
      'oidc',
      'totp',
      'lookup_secret',
      'webauthn',
      'code',
      'passkey',
      'profile',
      'saml',
      'deviceauthn',
      'link_recovery',
      'code_recovery',
    ] satisfies AuthenticationMethodName[]
  ).map((name, index) => [name, 1 << index]),
)

/** The bit of all names that Ory does not document; their names tell them apart. */
export const otherMethods: MethodBits = 1 << 29

export function methodBits(names: readonly string[]): MethodBits {
  return names.reduce((bits, name) => bits | (bitOf.get(name) ?? otherMethods), 0)
}
