import type { Asked } from './asked.js'
import type { Knowledge, Model } from './model.js'
import type { Call } from './world.js'

/** What has to follow upon a request, before any answer of Ory's. */
export interface Expected {
  /** Whether each call that begins goes past every cache. */
  readonly calls: readonly boolean[]
  /** How it is decided at once, if it is. */
  readonly decided: string | undefined
}

/** Shortest time between two second looks, in milliseconds. */
const secondLookEveryMs = 1_000

/** Works out what a request leads to, and takes note of it. */
export function expectOf(
  asked: Asked,
  known: Knowledge,
  pending: Call | undefined,
  model: Model,
): Expected {
  const waits = (isForced: boolean): Expected => ({
    calls: pending === undefined ? [isForced] : [],
    decided: undefined,
  })
  if (asked.policy === 'fresh') return waits(true)
  if (known.kind === 'refused') return { calls: [], decided: 'session_invalid' }
  if (known.kind !== 'fresh') return waits(false)

  const script = known.call.ended?.script
  if (asked.policy === 'any' || (script?.kind === 'live' && script.aal === 'aal2')) {
    const isRefreshed = known.isRefreshDue && pending === undefined
    if (isRefreshed) model.refreshed.add(known.call)
    return { calls: isRefreshed ? [false] : [], decided: `cache ${String(known.call.number)}` }
  }
  const monotonic = model.clock.monotonic()
  const isForcedAlready = pending?.isForced === true
  const lookedAt = model.secondLooks.get(asked.who) ?? -Infinity
  if (!isForcedAlready && monotonic - lookedAt < secondLookEveryMs) {
    return { calls: [], decided: 'session_aal2_required' }
  }
  asked.isSecondLook = true
  if (!isForcedAlready) model.secondLooks.set(asked.who, monotonic)
  return waits(true)
}

export function outcomeOf({ decision }: Asked): string | undefined {
  if (decision?.session === undefined) return decision?.error.code
  const { number } = decision.session.identity.traits as { number: number }
  return `${decision.servedFrom} ${String(number)}`
}
