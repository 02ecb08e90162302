import type { Whoami } from './answer.js'
import { Fault } from './fault.js'

/** How many questions may wait for each that is under way. */
const waitersPerConnection = 10

/**
 * Bounds how many questions are with Ory at once. Those past the bound wait their turn, within
 * their own deadline; those past the bound of the queue fail at once.
 *
 * @throws Fault `overload` where the queue is full
 */
export function withLimit(ask: Whoami, connections: number): Whoami {
  const maxWaiting = connections * waitersPerConnection
  const waiting = new Set<() => void>()
  let active = 0

  function leave(): void {
    const [next] = waiting
    if (next === undefined) active -= 1
    else next()
  }

  async function enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new Fault('timeout')
    if (active < connections) {
      active += 1
      return
    }
    if (waiting.size >= maxWaiting) throw new Fault('overload')
    await new Promise<void>((resolve, reject) => {
      const take = (): void => {
        waiting.delete(take)
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        waiting.delete(take)
        reject(new Fault('timeout'))
      }
      waiting.add(take)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  return async (question) => {
    const { signal } = question
    await enter(signal)
    let isInside = true
    const leaveOnce = (): void => {
      if (isInside) leave()
      isInside = false
    }
    // At the deadline the place is free, even if a dispatcher sits on the call for longer.
    signal.addEventListener('abort', leaveOnce, { once: true })
    try {
      return await ask(question)
    } finally {
      signal.removeEventListener('abort', leaveOnce)
      leaveOnce()
    }
  }
}
