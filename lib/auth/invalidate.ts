import { readFacts } from '../credential/request-headers.js'
import type { SessionRequest } from '../credential/request-headers.js'
import type { Invalidation } from '../cache/invalidation.js'
import { readCredential } from '../credential/read-credential.js'
import type { Credential } from '../credential/read-credential.js'
import type { Key } from '../credential/cache-key.js'
import { readMembers } from '../options/validators.js'
import { invalidOption } from '../shared/invalid-option.js'
import type { Settings } from '../options/resolve-options.js'

/** Whose entries `invalidate` forgets. */
export type SessionInvalidateTarget =
  | { /** The id of a session. */ readonly session: string }
  | { /** The id of an identity. */ readonly identity: string }
  | { /** A request that carries the credential. */ readonly request: SessionRequest }

const expected = 'one of { session: id }, { identity: id }, { request }'

/**
 * What a target means for the cache; `undefined` where the request carries no credential.
 *
 * @throws TypeError for a target that is not exactly one of the three: a missing id must not look as
 * if something had been forgotten
 */
export function resolveTarget(
  target: SessionInvalidateTarget,
  settings: Settings,
  keyOf: (credential: Credential) => Key,
): Invalidation | undefined {
  const own = readMembers('invalidate', target, ['session', 'identity', 'request'], expected)
  const [[kind, value] = ['', undefined], ...others] = Object.entries(own) as [string, unknown][]
  if (kind === 'request' && others.length === 0) {
    const credential = readCredential(readFacts(value as SessionRequest), settings)
    return typeof credential === 'object' ? { key: keyOf(credential) } : undefined
  }
  if (typeof value !== 'string' || value === '' || others.length > 0) {
    throw invalidOption('invalidate', expected, target)
  }
  return kind === 'session' ? { session: value } : { identity: value }
}
