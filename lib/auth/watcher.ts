import type { Invalidation } from '../cache/invalidation.js'
import type { Freshness } from '../cache/freshness.js'
import type { Key } from '../credential/cache-key.js'
import { parseTimestamp } from '../session/rfc3339.js'
import type { Session } from '../session/session.js'
import type { Clock } from '../shared/clock.js'
import { SessionError } from '../shared/session-error.js'
import { isThenable, onRejection } from '../shared/thenable.js'
import type { Decision } from './decision.js'
import type { ResolvedPolicy } from './policy.js'

/** Something that is open as long as a session lives, and what is known of that session. */
export interface Watch {
  readonly request: unknown
  readonly policy: ResolvedPolicy
  /** `undefined`: the request has no credential that Ory could know. */
  readonly key: Key | undefined
  readonly everyMs: number
  readonly onEnd: (error: SessionError) => unknown
  sessionId: string | undefined
  identityId: string | undefined
  /** `expires_at` in milliseconds since the epoch; infinite until the session is known. */
  expiresAt: number
  /** When Ory is asked next, on the monotonic clock. */
  dueAt: number
}

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

/** Time between two looks at the watches, in milliseconds. */
export const tickMs = 100
/** How long Ory may take to say at `expires_at` that a session was extended, in milliseconds. */
const extensionMs = 1_000
/** Questions in a tick, for each that is due on average: a restart or a suspend must cause no burst. */
const mostPerMean = 1.5
/** Questions that any tick may ask. */
const fewest = 5
// Its multiples, without their whole part, are spread evenly however many there are.
const goldenRatio = 0.618_033_988_749_895

/** Watches sessions by one timer. Each credential costs one question in `everyMs`. */
export function createWatcher(parts: WatcherParts): Watcher {
  const { clock, ask, isKnown, isRefused, ended, hold } = parts
  const watches = new Set<Watch>()
  /** What was invalidated since a watch began whose session is not known yet. */
  const missed = new Map<Watch, Invalidation[]>()
  /** Watches past `expires_at`, and when Ory was asked on that account, on the monotonic clock. */
  const expired = new Map<Watch, number>()
  let timer: NodeJS.Timeout | undefined
  let release: (() => void) | undefined
  /** Questions per millisecond. */
  let rate = 0
  let tickedAt = 0
  let phase = Math.random()

  function stop(watch: Watch): void {
    if (!watches.delete(watch)) return
    missed.delete(watch)
    expired.delete(watch)
    rate -= 1 / watch.everyMs
    if (watches.size > 0) return
    clearInterval(timer)
    timer = undefined
    release?.()
    release = undefined
    rate = 0
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

  /** Returns `false` if the session turned out to be over. */
  function learn(watch: Watch, session: Session): boolean {
    if (watch.sessionId === undefined) {
      watch.sessionId = session.id
      watch.identityId = session.identity.id
      const isOver = missed.get(watch)?.some((what) => isAbout(what, watch))
      missed.delete(watch)
      if (isOver === true) return false
    }
    watch.expiresAt = parseTimestamp(session.expires_at) ?? watch.expiresAt
    // If another session answers to the credential, the one that opened this is over.
    return watch.sessionId === session.id
  }

  function miss(watch: Watch, what: Invalidation): void {
    const list = missed.get(watch)
    if (list === undefined) missed.set(watch, [what])
    else list.push(what)
  }

  /** Whether any live session will do, and nothing is known against this one. */
  function isSettled({ key, policy }: Watch): boolean {
    return key !== undefined && !policy.isAsking && policy.allow === undefined && !isRefused(key)
  }

  function settle(watch: Watch, { error, session }: Decision): void {
    if (!watches.has(watch)) return
    if (error === undefined) {
      expired.delete(watch)
      if (!learn(watch, session)) end(watch, ended())
    } else if (error.code !== 'authentication_unavailable') {
      end(watch, error)
    } else if (clock.now() >= watch.expiresAt) {
      end(watch, ended())
    }
  }

  async function question(watch: Watch, freshness: Freshness): Promise<void> {
    try {
      settle(watch, await ask(watch, freshness))
    } catch (thrown) {
      // A predicate that throws has not said yes.
      end(watch, new SessionError('session_forbidden'))
      warn(thrown)
    }
  }

  /** Finds the keys to ask about now, and ends what outlived its session without an answer. */
  function dueKeys(now: number, monotonic: number): Set<Key | undefined> {
    const elapsedMs = Math.min(Math.max(monotonic - tickedAt, tickMs), 1_000)
    tickedAt = monotonic
    const most = Math.max(fewest, Math.ceil(rate * elapsedMs * mostPerMean))
    const keys = new Set<Key | undefined>()
    const over: Watch[] = []
    for (const watch of watches) {
      const askedAt = now < watch.expiresAt ? undefined : expired.get(watch)
      if (askedAt !== undefined) {
        if (monotonic - askedAt >= extensionMs) over.push(watch)
      } else if (now >= watch.expiresAt) {
        expired.set(watch, monotonic)
        keys.add(watch.key)
      } else if (monotonic >= watch.dueAt && keys.size < most) keys.add(watch.key)
    }
    for (const watch of over) end(watch, ended())
    return keys
  }

  function tick(): void {
    const monotonic = clock.monotonic()
    const keys = dueKeys(clock.now(), monotonic)
    if (keys.size === 0) return
    for (const watch of watches) {
      if (!keys.has(watch.key)) continue
      watch.dueAt = monotonic + watch.everyMs
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
      rate += 1 / watch.everyMs
      if (timer === undefined) {
        tickedAt = monotonic
        timer = setInterval(tickSafely, tickMs).unref()
        release = hold?.()
      }
      phase = (phase + goldenRatio) % 1
      watch.dueAt = monotonic + watch.everyMs * phase
      if (session !== undefined) {
        learn(watch, session)
        // A question would have the cache read the session, which the request has already.
        if (isSettled(watch)) return
      }
      if (watch.key === undefined || isKnown(watch.key)) void question(watch, 'any')
      // Asked at the next tick that has room, because ten thousand may begin at once.
      else if (session === undefined) watch.dueAt = monotonic
    },
    stop,
    invalidate(what) {
      const matching: Watch[] = []
      for (const watch of watches) {
        if (isAbout(what, watch)) matching.push(watch)
        else if (watch.sessionId === undefined) miss(watch, what)
      }
      for (const watch of matching) end(watch, ended())
    },
    size: () => watches.size,
  }
}

function isAbout(what: Invalidation, watch: Watch): boolean {
  if ('key' in what) return what.key === watch.key
  return 'session' in what ? what.session === watch.sessionId : what.identity === watch.identityId
}

/** Shows an error of the application's, which must neither be lost nor end the process. */
function warn(thrown: unknown): void {
  process.emitWarning(
    thrown instanceof Error ? thrown : new Error('onEnd threw', { cause: thrown }),
  )
}
