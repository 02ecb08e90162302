import { hash, randomBytes } from 'node:crypto'
import type { Credential } from './credential.js'

/** What stands for a credential in memory; the credential can't be had back from it. */
export type Key = string

/**
 * Makes keys of credentials: SHA-256 over a salt of this instance and the length-prefixed kind,
 * name and value of what goes upstream. A token is the same in either of its headers.
 */
export function createCacheKey(
  salt: string = randomBytes(16).toString('base64url'),
): (credential: Credential) => Key {
  const prefix = {
    token: `${salt}${lengthPrefixed('token')}${lengthPrefixed('x-session-token')}`,
    cookie: `${salt}${lengthPrefixed('cookie')}${lengthPrefixed('cookie')}`,
  }
  return ({ source, value }) =>
    // One template: each part that is joined first is one more string to make. `binary` makes of 32
    // bytes 32 characters, the shortest key to compare.
    hash(
      'sha256',
      `${source === 'cookie' ? prefix.cookie : prefix.token}${value.length}:${value}`,
      'binary',
    )
}

function lengthPrefixed(text: string): string {
  return `${String(text.length)}:${text}`
}
