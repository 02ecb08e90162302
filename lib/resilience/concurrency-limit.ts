import { Fault } from '../shared/fault.js'
import type { Gate, Ticket } from './interceptor.js'
import { Place } from './permit.js'
import { createTally } from './tally.js'

/** How many questions may wait in each line for each that may be under way. */
const waitersPerConnection = 10
/** One of so many connections is kept for people, one for strangers, and one is a person's share. */
const connectionsPerReserved = 10
/** How many questions of one person may be here for each that may be under way. */
const ofOnePersonPerConnection = 2

/** Whose places are counted together. */
interface Group {
  active: number
}

interface Line {
  readonly waiting: Set<() => void>
  readonly group: Group
}

/**
 * Bounds how many questions are with Ory at once. Those past the bound wait their turn, within
 * their own deadline; those past the bound of the line fail at once. Credentials that were live
 * moments ago go first, but for what one person asks beyond a share, which goes after that of
 * others; strangers come last. From ten connections on, neither can take all places. A refresh ahead
 * of time does not wait: what it would renew is good for a while yet.
 *
 * Rejects with `overload` where there is no place in time for a person, `throttled` where there is none
 *   for a stranger, or for what one person asks beyond a share
 */
export function createLimit(connections: number, timeoutMs: number): Gate {
  const maxWaiting = connections * waitersPerConnection
  const maxOfOnePerson = connections * ofOnePersonPerConnection
  const reserved = Math.floor(connections / connectionsPerReserved)
  const share = Math.max(reserved, 1)
  const known: Group = { active: 0 }
  const unknown: Group = { active: 0 }
  const first: Line = { waiting: new Set(), group: known }
  const second: Line = { waiting: new Set(), group: known }
  const last: Line = { waiting: new Set(), group: unknown }
  /** How many questions of an identity are here, or of all whose identity nobody knows. */
  const people = createTally<string | undefined>()

  function lineOf(identity: string | undefined): Line {
    if (identity === undefined) return last
    return people.count(identity) < share ? first : second
  }

  function hasPlace({ group }: Line): boolean {
    return known.active + unknown.active < connections && group.active < connections - reserved
  }

  function leave({ group }: Line, identity: string | undefined): void {
    group.active -= 1
    people.remove(identity)
    for (const line of [first, second, last]) {
      const [next] = line.waiting
      if (next !== undefined && hasPlace(line)) {
        next()
        return
      }
    }
  }

  const noPlaceIn = (line: Line, when = ''): Fault =>
    new Fault(line === first ? 'overload' : 'throttled', `no place ${when}`.trim())

  /** Waits for a place, which is taken then. */
  function wait(line: Line, { recentIdentity, isRefresh, signal }: Ticket): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (isRefresh || line.waiting.size >= maxWaiting) throw noPlaceIn(line)
      // Or somebody with hundreds of sessions would fill a line alone.
      const isCrowding =
        recentIdentity !== undefined && people.count(recentIdentity) >= maxOfOnePerson
      if (isCrowding) throw new Fault('throttled')
      people.add(recentIdentity)
      const take = (): void => {
        line.group.active += 1
        line.waiting.delete(take)
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        line.waiting.delete(take)
        people.remove(recentIdentity)
        // Not `timeout`: Ory was not asked, so this says nothing of it.
        reject(noPlaceIn(line, 'in time'))
      }
      line.waiting.add(take)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Asks from a place that has been taken, and leaves it. */
  function askInside<Q extends Ticket, A>(
    ask: (question: Q) => Promise<A>,
    question: Q,
    line: Line,
  ): Promise<A> {
    const { recentIdentity, signal } = question
    const place = new Place(signal, timeoutMs, () => {
      leave(line, recentIdentity)
    })
    return ask(question).then(
      (answer) => {
        place.end()
        return answer
      },
      (error: unknown) => {
        place.end()
        throw error
      },
    )
  }

  function waitAndAsk<Q extends Ticket, A>(
    ask: (question: Q) => Promise<A>,
    question: Q,
    line: Line,
  ): Promise<A> {
    return wait(line, question).then(() =>
      askInside(ask, question, line).catch((error: unknown) => {
        // Ory had but what was left of the time. If that counted as an outage, one person's questions
        // could make others' wait so long that their circuit opens.
        throw question.signal.aborted ? noPlaceIn(line, 'in time') : error
      }),
    )
  }

  return (ask) => (question) => {
    const { recentIdentity, signal } = question
    const line = lineOf(recentIdentity)
    if (signal.aborted) return Promise.reject(noPlaceIn(line, 'in time'))
    if (!hasPlace(line)) return waitAndAsk(ask, question, line)
    line.group.active += 1
    people.add(recentIdentity)
    return askInside(ask, question, line)
  }
}
