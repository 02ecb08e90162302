import { apps } from './apps.js'
import type { Reply } from './client.js'
import type { Verdict } from './oracle.js'
import type { Visit } from './visit.js'

/** What came of everything so far. */
export interface Tally {
  readonly requests: number
  readonly aborted: number
  /** By status and code. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Milliseconds of the slowest answer. */
  readonly slowest: number
  readonly violations: readonly string[]
  /** `true` once so much is wrong that more would tell nothing. */
  readonly isLost: boolean
  add(visit: Visit, reply: Reply, verdict: Verdict): void
  addAborted(count: number): void
  complain(violation: string): void
  complainOf(visit: Visit, complaint: string): void
}

/** How many violations are enough to stop. */
const enough = 20

export function createTally(): Tally {
  const outcomes: Record<string, number> = {}
  const violations: string[] = []
  let requests = 0
  let aborted = 0
  let slowest = 0
  let isMixedUp = false

  function complain(violation: string): void {
    violations.push(violation)
    console.log(`VIOLATION ${violation}`)
  }

  return {
    get requests() {
      return requests
    },
    get aborted() {
      return aborted
    },
    get slowest() {
      return slowest
    },
    get isLost() {
      return isMixedUp || violations.length >= enough
    },
    outcomes,
    violations,
    complain,
    add(visit, reply, { outcome, complaint, isMixUp = false }) {
      requests += 1
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      slowest = Math.max(slowest, reply.receivedAt - reply.sentAt)
      isMixedUp ||= isMixUp
      if (complaint !== undefined) complain(`${describe(visit)}: ${outcome}: ${complaint}`)
    },
    complainOf: (visit, complaint) => complain(`${describe(visit)}: ${complaint}`),
    addAborted(count) {
      aborted += count
    },
  }
}

function describe({ app, method, route, carried }: Visit): string {
  const what =
    carried.kind === 'session'
      ? `${carried.isComposite ? 'two cookies' : carried.source} of ${carried.login.session}`
      : carried.kind
  return `${apps[app]!.name}, ${method} ${route}, ${what}`
}
