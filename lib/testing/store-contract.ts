import { randomBytes } from 'node:crypto'
import type { SessionStore } from '../shared/session-store.js'
import { logChecks } from './store-log-checks.js'
import { orderChecks } from './store-order-checks.js'
import type { StoreCheck } from './store-scene.js'
import { valueChecks } from './store-value-checks.js'

export type { StoreCheck } from './store-scene.js'

/** What the checks need. */
export interface StoreContractOptions {
  /** The store under test. */
  readonly store: SessionStore
  /**
   * The same data by another connection, as another process has it. Default `store`, which cannot show
   * that processes share anything.
   */
  readonly other?: SessionStore
}

/**
 * Lists what every `SessionStore` has to keep, for any test runner. Each check uses keys and logs of its
 * own, which start with `eos1:` and have 64 characters, and leaves them to expire. The longest takes as
 * long as 2,000 entries one after another.
 *
 * @example
 * for (const { name, run } of storeContract({ store, other })) test(name, run)
 */
export function storeContract({ store, other = store }: StoreContractOptions): StoreCheck[] {
  const name = (): string => `eos1:${randomBytes(45).toString('base64url').slice(0, 59)}`
  const scene = { store, other, name }
  return [...valueChecks(scene), ...logChecks(scene), ...orderChecks(scene)]
}
