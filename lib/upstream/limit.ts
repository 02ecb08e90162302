import { Fault } from './fault.js'
import type { Gate, Ticket } from './gate.js'

/** How many questions may wait for each that is under way. */
const waitersPerConnection = 10
/** One connection of so many is kept for credentials that were live moments ago. */
const connectionsPerReserved = 10

interface Line {
  readonly waiting: Set<() => void>
  /** How many may be under way when one of this line comes in. */
  readonly places: number
}

/**
 * Bounds how many questions are with Ory at once. Those past the bound wait their turn, within
 * their own deadline; those past the bound of the line fail at once. Credentials that were live
 * moments ago have a line of their own, which goes first, and places of their own. A refresh ahead
 * of time does not wait: what it would renew is good for a while yet.
 *
 * @throws Fault `overload` where the line is full
 */
export function createLimit(connections: number, timeoutMs: number): Gate {
  const maxWaiting = connections * waitersPerConnection
  const reserved = Math.floor(connections / connectionsPerReserved)
  const known: Line = { waiting: new Set(), places: connections }
  const unknown: Line = { waiting: new Set(), places: connections - reserved }
  let active = 0

  function leave(): void {
    active -= 1
    for (const { waiting, places } of [known, unknown]) {
      const [next] = waiting
      if (next !== undefined && active < places) {
        next()
        return
      }
    }
  }

  /** Takes a place, at once or by waiting for it. */
  function enter({ recentIdentity, isRefresh, signal }: Ticket): Promise<void> | undefined {
    if (signal.aborted) throw new Fault('overload', 'no place in time')
    const { waiting, places } = recentIdentity === undefined ? unknown : known
    if (active < places) {
      active += 1
      return undefined
    }
    if (isRefresh || waiting.size >= maxWaiting) throw new Fault('overload')
    return new Promise<void>((resolve, reject) => {
      const take = (): void => {
        active += 1
        waiting.delete(take)
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        waiting.delete(take)
        // Not `timeout`: Ory was not asked, so this says nothing of it.
        reject(new Fault('overload', 'no place in time'))
      }
      waiting.add(take)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  return (ask) => async (question) => {
    const { signal } = question
    const turn = enter(question)
    if (turn !== undefined) await turn
    let isInside = true
    const leaveOnce = (): void => {
      if (isInside) leave()
      isInside = false
    }
    // Past its deadline a call keeps its place until the dispatcher has let go of it, or dead calls
    // would pile up there while connects hang; but not for ever, whosever dispatcher it is.
    let timer: NodeJS.Timeout | undefined
    const leaveLater = (): void => {
      timer = setTimeout(leaveOnce, timeoutMs)
      timer.unref()
    }
    signal.addEventListener('abort', leaveLater, { once: true })
    try {
      return await ask(question)
    } finally {
      signal.removeEventListener('abort', leaveLater)
      clearTimeout(timer)
      leaveOnce()
    }
  }
}
