import type { SessionStore } from '../shared/session-store.js'
import { setupError } from '../shared/error-codes.js'
import { invalidOption } from '../shared/invalid-option.js'
import { checkNumber } from './validators.js'

/** What processes share, checked. */
export interface StoreSettings {
  readonly store: SessionStore
  /** The first seals, all open. */
  readonly storeSecrets: readonly [string, ...string[]]
}

/** As many bytes as the key that is made of it. */
const leastSecretBytes = 32
const methods = ['get', 'set', 'delete', 'append', 'since', 'isAfter'] as const

/**
 * The store and its secrets; `undefined` for an instance without one.
 *
 * @throws TypeError for one without the other, for a store without a method that it needs, and for a
 * secret that is too short
 */
export function checkStore(store: unknown, storeSecret: unknown): StoreSettings | undefined {
  if (store === undefined) {
    if (storeSecret === undefined) return undefined
    throw setupError(
      'ERR_ORY_OPTION_CONFLICT',
      'storeSecret is given without a store: pass store, too, or neither',
    )
  }
  if (storeSecret === undefined) {
    throw setupError(
      'ERR_ORY_OPTION_CONFLICT',
      'store needs a storeSecret: without one, anybody who can write to the store could log in as ' +
        'anybody. Pass a random string of 32 bytes or more, the same to all processes, e.g. of ' +
        '`openssl rand -base64 32`',
    )
  }
  return { store: checkMethods(store), storeSecrets: checkSecrets(storeSecret) }
}

/** How long a request may wait for the store, and how often its log is read. */
export function checkStoreTime(name: 'storeTimeoutMs' | 'storePollMs', value: unknown): number {
  // A timer of a longer time than a minute would leave a revocation unheard for as long.
  return checkNumber(name, value, { min: 1, max: 60_000 })
}

function checkMethods(store: unknown): SessionStore {
  const isObject = typeof store === 'object' && store !== null
  const missing = methods.find(
    (method) => !isObject || typeof Reflect.get(store, method) !== 'function',
  )
  if (missing === undefined) return store as SessionStore
  const expected = 'a SessionStore, such as redisStore() of express-ory-session/redis makes'
  // Clients of Redis have some of these methods, but no log.
  const fix = `it has no ${missing}(); is it a client that redisStore() should get?`
  throw invalidOption('store', expected, store, isObject ? fix : undefined)
}

function checkSecrets(value: unknown): readonly [string, ...string[]] {
  const secrets: unknown[] = Array.isArray(value) ? Array.from(value as unknown[]) : [value]
  if (secrets.length > 0 && secrets.every(isSecret)) return secrets as [string, ...string[]]
  // No message shows a secret, not even one that is too short.
  const lengths = secrets.map((secret) =>
    typeof secret === 'string'
      ? `a string of ${String(Buffer.byteLength(secret))} bytes`
      : typeof secret,
  )
  throw setupError(
    'ERR_ORY_INVALID_OPTION',
    `storeSecret must be a string of ${String(leastSecretBytes)} bytes or more, or a list of such ` +
      `strings, the first of which seals; got ${lengths.join(', ') || 'an empty list'}`,
  )
}

function isSecret(secret: unknown): secret is string {
  return typeof secret === 'string' && Buffer.byteLength(secret) >= leastSecretBytes
}
