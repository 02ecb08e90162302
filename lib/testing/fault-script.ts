import type { RouteName } from './calls.js'
import type { Fault, FaultOptions, FaultyRoute, ScriptedFault } from './fake-fault.js'

/** A fault as a request meets it. */
export interface Strike {
  readonly fault: Fault
  readonly delayMs: number | undefined
  /** Calls back when the fault is healed. */
  readonly onHealed: (act: () => void) => void
}

/** Which faults strike next. */
export interface FaultScript {
  add(fault: Fault, options: FaultOptions): ScriptedFault
  /** Takes the next fault for that route. */
  next(route: RouteName): Strike | undefined
  heal(path?: FaultOptions['path']): void
}

interface Entry extends ScriptedFault {
  readonly strike: () => Strike
  isHealed: boolean
}

interface Line {
  /** Faults with `times`, which come first, in the order they were scripted. */
  queue: { readonly entry: Entry; left: number }[]
  /** The fault without, which strikes once they are used up. */
  standing?: Entry | undefined
}

export function createFaultScript(): FaultScript {
  const lines: Record<FaultyRoute, Line> = {
    whoami: { queue: [] },
    ready: { queue: [] },
    logout: { queue: [] },
    page: { queue: [] },
  }
  const linesOf = (path: FaultOptions['path'] = 'all'): Line[] =>
    path === 'all' ? Object.values(lines) : [lines[path]]

  return {
    add(fault, { times, path = fault === 'database' ? 'all' : 'whoami', delayMs }) {
      // One for each route, so that what ends it on one leaves it on the other.
      const entries = linesOf(path).map((line) => {
        const entry = createEntry(fault, delayMs)
        if (times !== undefined) line.queue.push({ entry, left: times })
        else {
          line.standing?.heal()
          line.standing = entry
        }
        return entry
      })
      return {
        get served() {
          return entries.reduce((sum, { served }) => sum + served, 0)
        },
        heal: () => entries.forEach((entry) => entry.heal()),
      }
    },
    next(route) {
      if (route === 'alive' || route === 'other') return undefined
      const line = lines[route]
      line.queue = line.queue.filter(({ entry, left }) => left > 0 && !entry.isHealed)
      const first = line.queue[0]
      if (first !== undefined) {
        first.left -= 1
        return first.entry.strike()
      }
      return line.standing?.isHealed === false ? line.standing.strike() : undefined
    },
    heal(path) {
      for (const line of linesOf(path)) {
        for (const { entry } of line.queue) entry.heal()
        line.standing?.heal()
      }
    },
  }
}

function createEntry(fault: Fault, delayMs: number | undefined): Entry {
  let served = 0
  let waiting: (() => void)[] = []
  const entry: Entry = {
    isHealed: false,
    get served() {
      return served
    },
    strike() {
      served += 1
      return {
        fault,
        delayMs,
        // A request whose body is still on its way may come too late for it.
        onHealed: (act) => (entry.isHealed ? act() : void waiting.push(act)),
      }
    },
    heal() {
      entry.isHealed = true
      const acts = waiting
      waiting = []
      for (const act of acts) act()
    },
  }
  return entry
}
