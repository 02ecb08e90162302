/** A value with the time that it has left. */
export interface StoredValue {
  readonly value: string
  /**
   * How long the engine still keeps it, in milliseconds. `undefined`: the engine cannot say, so the age
   * of a record rests on the wall clocks of two machines alone. A value without an end is `Infinity`.
   */
  readonly ttlMs?: number | undefined
}

/**
 * An entry of the log: the id that the engine gave it, and its text. An id is never given again, also not
 * after the log was lost.
 */
export type LogEntry = readonly [id: string, text: string]

/** A part of the log, oldest entry first. */
export interface LogPage {
  readonly entries: readonly LogEntry[]
  /** More entries follow these now. */
  readonly hasMore?: boolean | undefined
  /** The entry of the cursor is no longer in the log: it was trimmed, wiped or lost in a failover. */
  readonly isGap?: boolean | undefined
}

/**
 * What a fleet of processes shares: a few strings with an expiry, and one log that only grows. Every
 * engine that has these two can be a store; `storeContract` of `express-ory-session/testing` is the list
 * of checks that it has to pass.
 *
 * All strings are ASCII. Keys and the name of the log have 64 characters at most, values 360,000,
 * entries of the log 2,000.
 *
 * A store may fail in any way: whatever it rejects with, throws or returns in a wrong type is counted
 * and never passed on, and silence counts as failure after `storeTimeoutMs`. So an adapter needs no
 * retry, no time limit and no error handling of its own. `this` is kept, so a class will do.
 *
 * Reads must see every write that was acknowledged before: an adapter reads from the primary.
 *
 * @example
 * const store: SessionStore = {
 *   get: async (key) => row(await db.get(key)),
 *   set: (key, value, ttlMs) => db.put(key, value, ttlMs),
 *   delete: (key) => db.remove(key),
 *   append: (log, entry, keepMs) => db.push(log, entry, keepMs),
 *   since: (log, cursor) => db.readAfter(log, cursor),
 *   isAfter: (a, b) => BigInt(a) > BigInt(b),
 * }
 */
export interface SessionStore {
  /** Reads a value. `undefined` or `null`: nothing is stored under the key, or it has expired. */
  get(key: string): Promise<StoredValue | null | undefined>
  /** Stores a value instead of the one before; the engine drops it after `ttlMs`, whole milliseconds. */
  set(key: string, value: string, ttlMs: number): Promise<unknown>
  /** Removes a value. The log revokes sessions, so a deletion that fails harms nothing. */
  delete(key: string): Promise<unknown>
  /**
   * Adds an entry at the end of a log and makes the log if there is none. The promise resolves once
   * `since` shows the entry to every process. No entry may appear before one that `since` has shown, as a
   * sequence of SQL lets it: take a lock on the log from the id to the commit. The engine keeps the entry for at least `keepMs`
   * milliseconds, as far as its memory allows; it may keep it longer.
   */
  append(log: string, entry: string, keepMs: number): Promise<unknown>
  /**
   * Reads what came after the entry with the id `cursor`; without a cursor, reads from the oldest entry
   * that is left. A log that does not exist is empty. A page may hold a part: it says `hasMore` then.
   * `isGap` is said, with no entries, if the entry of the cursor itself is no longer there.
   */
  since(log: string, cursor?: string): Promise<LogPage>
  /** Whether the id `a` comes after the id `b`; both are ids that `since` gave out. */
  isAfter(a: string, b: string): boolean
  /**
   * Optional bell: calls `onNews` when the log may have grown, and returns a function that stops it, or a
   * promise of one. If it throws or rejects, it is called again after a second. Nothing depends on it but
   * speed: a call that is lost is made up for by the next poll.
   */
  listen?(log: string, onNews: () => void): (() => unknown) | Promise<() => unknown>
}
