import { Fault } from '../shared/fault.js'
import { untilAbort } from '../shared/until-abort.js'
import type { Caller } from './caller.js'
import type { OryCall } from './ory-call.js'
import { createPermit } from './permit.js'

/** How many calls of one rank may wait, for each connection. */
const waitingPerConnection = 10
/** One of so many connections is kept for known callers, one for unknown ones, and one is an identity's share. */
const connectionsPerReserved = 10
/** How many calls of one identity may be with Ory or wait, for each connection. */
const callsOfOnePerConnection = 2

/** A known caller within its share, a known caller beyond it, an unknown caller. The lowest goes first. */
type Rank = 0 | 1 | 2

interface Waiter {
  readonly call: OryCall
  /** Takes a permit, which is free. */
  start(): void
}

/** Puts the limit in front of what sends a call. All that it is put in front of share one count. */
export type ConcurrencyLimit = <C extends OryCall, R>(
  send: (call: C) => Promise<R>,
) => (call: C) => Promise<R>

/**
 * Bounds how many calls are with Ory at once. The others wait for a permit, within their own deadline.
 * Known callers go first, except for what one identity asks beyond its share; unknown callers go last.
 * With ten connections or more neither kind can hold all permits. A refresh does not wait, because the
 * session that it would renew is good for a while yet.
 *
 * Rejects with `overload` if a known caller gets no permit in time, and with `throttled` if an unknown one
 *   does not, or a known one beyond its share
 */
export function createConcurrencyLimit(connections: number, timeoutMs: number): ConcurrencyLimit {
  const reserved = Math.floor(connections / connectionsPerReserved)
  const share = Math.max(reserved, 1)
  const active = { known: 0, unknown: 0 }
  /** How many calls of an identity are with Ory. */
  const activeOf = new Map<string, number>()
  /** In the order in which they came. */
  const waiting = new Set<Waiter>()

  // At the moment when it matters, because other calls of the same identity end while one waits.
  function rankOf({ caller }: OryCall, ownPermits: 0 | 1 = 0): Rank {
    if (caller.kind === 'unknown') return 2
    return (activeOf.get(caller.identityId) ?? 0) - ownPermits < share ? 0 : 1
  }

  function isPermitFree({ kind }: Caller): boolean {
    return active.known + active.unknown < connections && active[kind] < connections - reserved
  }

  function count(caller: Caller, by: 1 | -1): void {
    active[caller.kind] += by
    if (caller.kind === 'unknown') return
    const sum = (activeOf.get(caller.identityId) ?? 0) + by
    if (sum > 0) activeOf.set(caller.identityId, sum)
    else activeOf.delete(caller.identityId)
  }

  function startNext(): void {
    let next: Waiter | undefined
    let lowest = Infinity
    for (const waiter of waiting) {
      const rank = rankOf(waiter.call)
      if (rank >= lowest || !isPermitFree(waiter.call.caller)) continue
      next = waiter
      lowest = rank
      if (rank === 0) break
    }
    next?.start()
  }

  const noPermit = (rank: Rank, when = ''): Fault =>
    new Fault(rank === 0 ? 'overload' : 'throttled', `no permit ${when}`.trim())

  /** Why a call may not even wait. Without these bounds one identity or one flood fills the list. */
  function refuseToWait(call: OryCall): Fault | undefined {
    const { caller, isRefresh } = call
    const rank = rankOf(call)
    let ofRank = 0
    let ofOne = caller.kind === 'known' ? (activeOf.get(caller.identityId) ?? 0) : -Infinity
    for (const { call: other } of waiting) {
      if (rankOf(other) === rank) ofRank += 1
      if (caller.kind === 'known' && isOf(other.caller, caller.identityId)) ofOne += 1
    }
    if (isRefresh || ofRank >= connections * waitingPerConnection) return noPermit(rank)
    return ofOne >= connections * callsOfOnePerConnection ? new Fault('throttled') : undefined
  }

  /** Waits for a permit, which is taken then. */
  function wait(call: OryCall): Promise<void> {
    const { signal } = call
    return new Promise<void>((resolve, reject) => {
      const fault = refuseToWait(call)
      if (fault !== undefined) throw fault
      const waiter: Waiter = {
        call,
        start() {
          count(call.caller, 1)
          waiting.delete(waiter)
          signal.removeEventListener('abort', giveUp)
          resolve()
        },
      }
      const giveUp = (): void => {
        waiting.delete(waiter)
        // Not `timeout`: Ory was not asked, so this shows nothing of Ory.
        reject(noPermit(rankOf(call), 'in time'))
      }
      waiting.add(waiter)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Sends a call that has a permit, and gives the permit back. */
  function sendWith<C extends OryCall, R>(send: (call: C) => Promise<R>, call: C): Promise<R> {
    const permit = createPermit(call.signal, timeoutMs, () => {
      count(call.caller, -1)
      startNext()
    })
    return send(call).then(
      (reply) => {
        permit.giveBack()
        return reply
      },
      (error: unknown) => {
        permit.giveBack()
        throw error
      },
    )
  }

  return (send) => (call) => {
    if (call.signal.aborted) return Promise.reject(noPermit(rankOf(call), 'in time'))
    if (isPermitFree(call.caller)) {
      count(call.caller, 1)
      return sendWith(send, call)
    }
    // Ory has only what is left of the time. If that counted as an outage, the calls of one identity could
    // make others wait so long that their circuit opens.
    return wait(call).then(() =>
      untilAbort(call.signal, sendWith(send, call), () => noPermit(rankOf(call, 1), 'in time')),
    )
  }
}

function isOf(caller: Caller, identityId: string): boolean {
  return caller.kind === 'known' && caller.identityId === identityId
}
