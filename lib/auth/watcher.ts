import type { Invalidation } from '../cache/invalidation.js'
import type { Freshness } from '../cache/freshness.js'
import type { Key } from '../credential/cache-key.js'
import type { Session } from '../session/session.js'
import type { Clock } from '../shared/clock.js'
import { SessionError } from '../shared/session-error.js'
import { isThenable, onRejection } from '../shared/thenable.js'
import type { Decision } from './decision.js'
import { tickMs } from './question-pace.js'
import { createRecentInvalidations } from './recent-invalidations.js'
import { isAbout } from './session-watch.js'
import type { Watch } from './session-watch.js'
import { createWatchEnding } from './watch-ending.js'
import { createWatchSchedule } from './watch-schedule.js'

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
  /** Whether there is a watch of a credential. */
  readonly isWatched: (key: Key) => boolean
  size(): number
}

/** Watches sessions by one timer. Each credential costs one question in `everyMs`. */
export function createWatcher(parts: WatcherParts): Watcher {
  const { clock, ask, isKnown, isRefused, ended, hold } = parts
  const watches = new Set<Watch>()
  /** For watches whose session is not known yet. */
  const recent = createRecentInvalidations()
  const schedule = createWatchSchedule()
  const ending = createWatchEnding(clock, recent, ended)
  let timer: NodeJS.Timeout | undefined
  let release: (() => void) | undefined

  function stop(watch: Watch): void {
    if (!watches.delete(watch)) return
    schedule.remove(watch)
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

  function endIf(watch: Watch, error: SessionError | undefined): void {
    if (error !== undefined) end(watch, error)
  }

  /** Whether any live session will do, and nothing is known against this one. */
  function isSettled({ key, policy }: Watch): boolean {
    return key !== undefined && !policy.isAsking && policy.allow === undefined && !isRefused(key)
  }

  /** `position`: that of the first invalidation that may be newer than the decision. */
  function settle(watch: Watch, { error, session }: Decision, position: number): void {
    if (!watches.has(watch)) return
    if (error === undefined) {
      schedule.noteLive(watch)
      endIf(watch, ending.bySession(watch, session, position))
    } else endIf(watch, ending.byDenial(watch, error))
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

  function tick(): void {
    const monotonic = clock.monotonic()
    const { keys, over } = schedule.find(watches, clock.now(), monotonic)
    for (const watch of over) end(watch, ended())
    if (keys.size === 0) return
    for (const watch of watches) {
      const since = keys.get(watch.key)
      if (since === undefined) continue
      schedule.plan(watch, since, monotonic)
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
      schedule.add(watch, monotonic, timer === undefined)
      if (timer === undefined) {
        timer = setInterval(tickSafely, tickMs).unref()
        release = hold?.()
      }
      watch.hearsFrom = recent.end()
      if (session !== undefined) {
        endIf(watch, ending.bySession(watch, session, watch.hearsFrom))
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
    isWatched: schedule.isWatched,
    size: () => watches.size,
  }
}

/** Shows an error of the application's, which must neither be lost nor end the process. */
function warn(thrown: unknown): void {
  process.emitWarning(
    thrown instanceof Error ? thrown : new Error('onEnd threw', { cause: thrown }),
  )
}
