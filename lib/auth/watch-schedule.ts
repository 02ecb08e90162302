import type { Key } from '../credential/cache-key.js'
import { createQuestionPace, dueAfter } from './question-pace.js'
import type { Watch } from './session-watch.js'

/** How long Ory may take to say at `expires_at` that a session was extended, in milliseconds. */
const extensionMs = 1_000

/** What is to be done at a tick. */
export interface Due {
  /** The keys to ask about, each with the time from which its next question counts. */
  readonly keys: ReadonlyMap<Key | undefined, number>
  /** The watches that outlived their session without an answer. */
  readonly over: readonly Watch[]
}

/**
 * When Ory is asked about watches: once in `everyMs` for each credential, and at `expires_at`. Times are
 * those of the monotonic clock, but for `now`, which is of the wall clock.
 */
export interface WatchSchedule {
  /** Counts a watch in. `isFirst`: there is no other. */
  add(watch: Watch, monotonic: number, isFirst: boolean): void
  /** Counts a watch out. */
  remove(watch: Watch): void
  /** Whether there is a watch of a credential. */
  readonly isWatched: (key: Key) => boolean
  /** Ory called the session of a watch live. */
  noteLive(watch: Watch): void
  /** Finds what is due now. */
  find(watches: Iterable<Watch>, now: number, monotonic: number): Due
  /** Plans the question after the one that is asked now. `since`: of its key. */
  plan(watch: Watch, since: number, monotonic: number): void
}

export function createWatchSchedule(): WatchSchedule {
  const pace = createQuestionPace()
  /** Watches past `expires_at`, and when Ory was asked on that account, on the monotonic clock. */
  const expired = new Map<Watch, number>()
  /** How many watches each key has. */
  const counts = new Map<Key | undefined, number>()

  return {
    add(watch, monotonic, isFirst) {
      if (isFirst) pace.start(monotonic)
      watch.dueAt = monotonic + pace.add(watch.everyMs)
      counts.set(watch.key, (counts.get(watch.key) ?? 0) + 1)
    },
    remove(watch) {
      const left = (counts.get(watch.key) ?? 0) - 1
      if (left > 0) counts.set(watch.key, left)
      else counts.delete(watch.key)
      expired.delete(watch)
      pace.remove(watch.everyMs)
    },
    isWatched: (key) => counts.has(key),
    noteLive(watch) {
      expired.delete(watch)
    },
    find(watches, now, monotonic) {
      const most = pace.most(monotonic)
      const keys = new Map<Key | undefined, number>()
      const over: Watch[] = []
      for (const watch of watches) {
        const askedAt = now < watch.expiresAt ? undefined : expired.get(watch)
        if (askedAt !== undefined) {
          if (monotonic - askedAt >= extensionMs) over.push(watch)
        } else if (now >= watch.expiresAt) {
          expired.set(watch, monotonic)
          keys.set(watch.key, monotonic)
        } else if (monotonic >= watch.dueAt && (keys.size < most || keys.has(watch.key))) {
          // The first questions of watches that begin together are spread by the pace alone.
          const since = watch.sessionId === undefined ? monotonic : watch.dueAt
          keys.set(watch.key, Math.max(keys.get(watch.key) ?? since, since))
        }
      }
      return { keys, over }
    },
    plan(watch, since, monotonic) {
      watch.dueAt = dueAfter(since, watch.everyMs, monotonic)
    },
  }
}
