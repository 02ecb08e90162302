import type { Invalidation } from '../cache/invalidation.js'
import type { Freshness } from '../cache/freshness.js'
import type { Key } from '../credential/cache-key.js'
import { parseTimestamp } from '../session/rfc3339.js'
import type { Session } from '../session/session.js'
import type { Clock } from '../shared/clock.js'
import { SessionError } from '../shared/session-error.js'
import { isThenable, onRejection } from '../shared/thenable.js'
import type { Decision } from './decision.js'
import { createQuestionPace, dueAfter, tickMs } from './question-pace.js'
import { createRecentInvalidations } from './recent-invalidations.js'
import { isAbout } from './session-watch.js'
import type { Watch } from './session-watch.js'

export interface WatcherParts {
  readonly clock: Clock
  /** Decides for a watch. With `'revalidate'`, all that ask about a key in one turn share a call. */
  readonly ask: (watch: Watch, freshness: Freshness) => Decision | PromiseLike<Decision>
  /** Whether a decision about a key needs no call to Ory. */
  readonly isKnown: (key: Key) => boolean
  /** Whether a key is refused without a call, such as after a logout. */
  readonly isRefused: (key: Key) => boolean
  /** Makes the error of a session that is over. */
  readonly ended: () => SessionError
  /** Hears the revocations of other processes until the returned function is called. */
  readonly hold?: () => (() => void) | undefined
}

export interface Watcher {
  /** Begins, with the session if the request has one already. `onEnd` is never called in this turn. */
  start(watch: Watch, session: Session | undefined): void
  /** Ends a watch without a word. */
  stop(watch: Watch): void
  /** Ends all watches of what was invalidated. */
  invalidate(what: Invalidation): void
  size(): number
}

/** How long Ory may take to say at `expires_at` that a session was extended, in milliseconds. */
const extensionMs = 1_000
/** When Ory is asked again about a session whose 401 could not be believed, in milliseconds. */
const doubtMs = 1_000

/** Watches sessions by one timer. Each credential costs one question in `everyMs`. */
export function createWatcher(parts: WatcherParts): Watcher {
  const { clock, ask, isKnown, isRefused, ended, hold } = parts
  const watches = new Set<Watch>()
  /** For watches whose session is not known yet. */
  const recent = createRecentInvalidations()
  const pace = createQuestionPace()
  /** Watches past `expires_at`, and when Ory was asked on that account, on the monotonic clock. */
  const expired = new Map<Watch, number>()
  let timer: NodeJS.Timeout | undefined
  let release: (() => void) | undefined

  function stop(watch: Watch): void {
    if (!watches.delete(watch)) return
    expired.delete(watch)
    pace.remove(watch.everyMs)
    if (watches.size > 0) return
    clearInterval(timer)
    timer = undefined
    release?.()
    release = undefined
    recent.clear()
  }

  function end(watch: Watch, error: SessionError): void {
    if (!watches.has(watch)) return
    stop(watch)
    try {
      const result = watch.onEnd(error)
      // If the application's function is async, its rejection would end the process.
      if (isThenable(result)) onRejection(result, warn)
    } catch (thrown) {
      warn(thrown)
    }
  }

  /** Whether a session that a watch learns was invalidated; `undefined` if too much was since. */
  function wasInvalidated(
    watch: Watch,
    { id, identity }: Session,
    position: number,
  ): boolean | undefined {
    const { key, hearsFrom } = watch
    const fits = (what: Invalidation): boolean =>
      isAbout(what, { key, sessionId: id, identityId: identity.id })
    // An answer is newer than what was invalidated before its question.
    return recent.some(hearsFrom, fits) ?? recent.some(position, fits)
  }

  function learn(watch: Watch, session: Session, position: number): void {
    if (watch.sessionId === undefined) {
      const isOver = wasInvalidated(watch, session, position)
      if (isOver === true) end(watch, ended())
      // Without this, a session could live on whose invalidation is forgotten. The next tick asks again.
      if (isOver === undefined) watch.dueAt = clock.monotonic()
      if (isOver !== false) return
      watch.sessionId = session.id
      watch.identityId = session.identity.id
    }
    watch.expiresAt = parseTimestamp(session.expires_at) ?? watch.expiresAt
    // If another session answers to the credential, the one that opened this is over.
    if (watch.sessionId !== session.id) end(watch, ended())
  }

  /** Whether any live session will do, and nothing is known against this one. */
  function isSettled({ key, policy }: Watch): boolean {
    return key !== undefined && !policy.isAsking && policy.allow === undefined && !isRefused(key)
  }

  /** `position`: that of the first invalidation that may be newer than the decision. */
  function settle(watch: Watch, { error, session }: Decision, position: number): void {
    if (!watches.has(watch)) return
    if (error === undefined) {
      expired.delete(watch)
      learn(watch, session, position)
    } else if (error.code !== 'authentication_unavailable') {
      end(watch, error)
    } else if (clock.now() >= watch.expiresAt) {
      end(watch, ended())
    } else if (isInDoubt(error)) {
      // Without this, a session that ended with others would live for one more `everyMs`.
      watch.dueAt = Math.min(watch.dueAt, clock.monotonic() + doubtMs)
    }
  }

  async function question(watch: Watch, freshness: Freshness): Promise<void> {
    const position = recent.end()
    try {
      settle(watch, await ask(watch, freshness), position)
    } catch (thrown) {
      // A predicate that throws has not said yes.
      end(watch, new SessionError('session_forbidden'))
      warn(thrown)
    }
  }

  /**
   * Finds the keys to ask about now, each with the time from which its next question counts. Ends what
   * outlived its session without an answer.
   */
  function dueKeys(now: number, monotonic: number): Map<Key | undefined, number> {
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
    for (const watch of over) end(watch, ended())
    return keys
  }

  function tick(): void {
    const monotonic = clock.monotonic()
    const keys = dueKeys(clock.now(), monotonic)
    if (keys.size === 0) return
    for (const watch of watches) {
      const since = keys.get(watch.key)
      if (since === undefined) continue
      watch.dueAt = dueAfter(since, watch.everyMs, monotonic)
      void question(watch, 'revalidate')
    }
  }

  /** Without the catch, a clock of the application that throws would end the process. */
  function tickSafely(): void {
    try {
      tick()
    } catch (thrown) {
      warn(thrown)
    }
  }

  return {
    start(watch, session) {
      const monotonic = clock.monotonic()
      watches.add(watch)
      if (timer === undefined) {
        pace.start(monotonic)
        timer = setInterval(tickSafely, tickMs).unref()
        release = hold?.()
      }
      watch.dueAt = monotonic + pace.add(watch.everyMs)
      watch.hearsFrom = recent.end()
      if (session !== undefined) {
        learn(watch, session, watch.hearsFrom)
        // A question would have the cache read the session, which the request has already.
        if (isSettled(watch)) return
      }
      if (watch.key === undefined || isKnown(watch.key)) void question(watch, 'any')
      // Asked at the next tick that has room, because ten thousand may begin at once.
      else if (session === undefined) watch.dueAt = monotonic
    },
    stop,
    invalidate(what) {
      if (watches.size === 0) return
      recent.add(what)
      const matching: Watch[] = []
      for (const watch of watches) if (isAbout(what, watch)) matching.push(watch)
      for (const watch of matching) end(watch, ended())
    },
    size: () => watches.size,
  }
}

/** Whether Ory said 401, and nobody can tell yet whether that is an outage. */
function isInDoubt({ cause }: SessionError): boolean {
  return cause?.reason === 'ambiguous_401' || cause?.reason === 'not_ready'
}

/** Shows an error of the application's, which must neither be lost nor end the process. */
function warn(thrown: unknown): void {
  process.emitWarning(
    thrown instanceof Error ? thrown : new Error('onEnd threw', { cause: thrown }),
  )
}
