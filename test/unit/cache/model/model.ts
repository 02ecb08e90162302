import type { FakeClock } from '../../support/fake-clock.js'
import { users, type Call, type Moment, type Who, type World } from './world.js'

/** The options that the model has to know. */
export interface Times {
  readonly cacheTtlMs: number
  readonly refusalTtlMs: number
  readonly refreshAhead: number | false
  readonly staleIfErrorMs: number
}

/** What had to be forgotten. */
export type Target =
  { readonly session: string } | { readonly identity: string } | { readonly who: Who }

/** What is known of a credential: what the last call that had an answer said. */
export type Knowledge =
  | { readonly kind: 'fresh' | 'stale'; readonly call: Call; readonly isRefreshDue: boolean }
  | { readonly kind: 'refused'; readonly call: Call }
  | { readonly kind: 'nothing' }

/**
 * What may be known, worked out anew each time from all that ever happened. It keeps no sessions
 * and takes no care of time or space: that is what makes it easy to believe.
 */
export class Model {
  readonly #invalidations: (Moment & { readonly target: Target })[] = []
  /** Calls in the background, which no request waited for when they began. */
  readonly refreshes = new Set<Call>()
  /** Answers that a refresh has been tried for. */
  readonly refreshed = new Set<Call>()
  /** When a known session was last looked at once more before a denial, on the monotonic clock. */
  readonly secondLooks = new Map<Who, number>()
  /** Credentials that Ory has called live, and neither refused nor let be invalidated since. */
  readonly noted = new Set<Who>()

  constructor(
    readonly times: Times,
    readonly world: World,
    readonly clock: FakeClock,
  ) {}

  invalidate(target: Target): void {
    this.#invalidations.push({ ...this.world.moment(), target })
    for (const who of this.noted) if (isTarget(target, who)) this.noted.delete(who)
  }

  /** The call that is under way for a credential. There is one at most. */
  pending(who: Who): Call | undefined {
    const pending = this.world.calls.filter((call) => call.who === who && call.ended === undefined)
    if (pending.length > 1) throw new Error(`${who} is asked about twice at once`)
    return pending[0]
  }

  /** Whether what a call said had to be forgotten since it began. */
  isOvertaken(call: Call, before = Infinity): boolean {
    const isLive = call.ended?.script.kind === 'live'
    return this.#invalidations.some(({ order, target }) => {
      if (order < call.began.order || order > before) return false
      return isTarget(target, call.who) && (isLive || 'who' in target)
    })
  }

  /** The last call for a credential that had an answer which may be believed. */
  #lastAnswered(who: Who): Call | undefined {
    return this.world.calls
      .filter((call) => call.who === who && call.ended && call.ended.script.kind !== 'fault')
      .filter((call) => !this.isOvertaken(call, call.ended?.order))
      .sort((one, other) => one.ended!.order - other.ended!.order)
      .at(-1)
  }

  know(who: Who): Knowledge {
    const call = this.#lastAnswered(who)
    if (call?.ended === undefined || this.isOvertaken(call)) return { kind: 'nothing' }
    const { script } = call.ended
    const age = this.ageOf(call)
    if (script.kind === 'refused') {
      return age < this.times.refusalTtlMs ? { kind: 'refused', call } : { kind: 'nothing' }
    }
    // A renewed cookie that nobody was there to take is asked for again.
    const isDropped = script.kind === 'live' && script.renewsCookie && this.refreshes.has(call)
    if (script.kind !== 'live' || (isDropped && who === 'cookie')) return { kind: 'nothing' }
    const ttl = this.ttlOf(call)
    const { refreshAhead } = this.times
    const isRefreshDue =
      refreshAhead !== false && age >= ttl * refreshAhead && !this.refreshed.has(call)
    return { kind: age < ttl ? 'fresh' : 'stale', call, isRefreshDue }
  }

  /** How old an answer is by the clock that has it older. */
  ageOf({ began }: Call): number {
    return this.since(began)
  }

  /** How long ago a moment was, likewise. */
  since({ now, monotonic }: Moment): number {
    return Math.max(this.clock.now() - now, this.clock.monotonic() - monotonic)
  }

  /** Takes note of an answer that has come. */
  noteAnswer(call: Call): void {
    const { kind } = call.ended!.script
    if (this.isOvertaken(call)) return
    if (kind === 'live') this.noted.add(call.who)
    if (kind === 'refused') this.noted.delete(call.who)
  }

  /** How long an answer holds, from when its call began. */
  ttlOf(call: Call): number {
    const script = call.ended?.script
    if (script?.kind !== 'live') return 0
    const cacheForMs =
      script.cacheFor === undefined
        ? Infinity
        : /^\d+$/.test(script.cacheFor)
          ? Number(script.cacheFor) * 1000
          : 0
    return Math.min(this.times.cacheTtlMs, cacheForMs, this.lifeOf(call))
  }

  /** How long the session of an answer lives, from when its call began. */
  lifeOf(call: Call): number {
    return call.ended!.expiresAt - call.began.now
  }
}

function isTarget(target: Target, who: Who): boolean {
  const { session, identity } = users[who]
  if ('who' in target) return target.who === who
  return 'session' in target ? target.session === session : target.identity === identity
}
