/** What an instance asks its store for. */
export type StoreOperation = 'get' | 'set' | 'delete' | 'append' | 'since'

/** How the store, or a record in it, was of no use. */
export type StoreFaultKind =
  /** No reply in time. */
  | 'timeout'
  /** The client rejected or threw. */
  | 'error'
  /** Too many commands were waiting in the client, so the store was not asked. */
  | 'overflow'
  /** A reply of a wrong type, or a record without the session that it should hold. */
  | 'malformed'
  /** A record that none of the secrets opens, or that was moved under another name. */
  | 'unsealed'
  /** A record that was written later than it is now, by our clock. */
  | 'future'
  /** A record whose expiry is not the one that was written. */
  | 'endless'

/** What became of the store; all zero without one. */
export interface StoreStats {
  /** Questions that a record answered. */
  readonly hits: number
  /** Questions that found no record that may be believed, those while the store is left alone included. */
  readonly misses: number
  /** Faults by kind. */
  readonly faults: Readonly<Record<StoreFaultKind, number>>
  /**
   * How old the last reading of the log of revocations is, in milliseconds; before one has gone well, how
   * long ago the first was tried; 0 before that. Other processes' revocations up to then are in force here.
   */
  readonly lagMs: number
}
