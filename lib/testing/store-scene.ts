import type { SessionStore } from '../shared/session-store.js'

/** One promise of a `SessionStore`, with the check that a store keeps it. */
export interface StoreCheck {
  /** A sentence, for the name of a test. */
  readonly name: string
  /** Rejects with an `AssertionError` that names the method and what to do, if the store breaks the promise. */
  readonly run: () => Promise<void>
}

/** What the checks of a store work with. */
export interface StoreScene {
  readonly store: SessionStore
  /** The same data, as another process has it. */
  readonly other: SessionStore
  /** A key or the name of a log that no other check uses, as long as any may be. */
  readonly name: () => string
}
