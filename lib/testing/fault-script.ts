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
  /** Takes the next fault for that route, on the replica that serves the request. */
  next(route: RouteName, replica: number): Strike | undefined
  heal(path?: FaultOptions['path']): void
}

interface Entry extends ScriptedFault {
  /** Whether it strikes a request that this replica serves. */
  readonly meets: (replica: number) => boolean
  readonly strike: () => Strike
  isHealed: boolean
}

interface Line {
  /** Faults with `times`, which come first, in the order they were scripted. */
  queue: { readonly entry: Entry; left: number }[]
  /** The faults without, which strike once those are used up; one at most for each replica. */
  standing: { readonly entry: Entry; readonly replica: number | undefined }[]
}

export function createFaultScript(random: () => number): FaultScript {
  const newLine = (): Line => ({ queue: [], standing: [] })
  const lines: Record<FaultyRoute, Line> = {
    whoami: newLine(),
    ready: newLine(),
    logout: newLine(),
    page: newLine(),
  }
  const linesOf = (path: FaultOptions['path'] = 'all'): Line[] =>
    path === 'all' ? Object.values(lines) : [lines[path]]

  return {
    add(fault, options) {
      const { times, path = fault === 'database' ? 'all' : 'whoami', replica } = options
      // One for each route, so that what ends it on one leaves it on the other.
      const entries = linesOf(path).map((line) => {
        const entry = createEntry(fault, options, random)
        if (times !== undefined) line.queue.push({ entry, left: times })
        else {
          const isReplaced = (other: number | undefined): boolean =>
            replica === undefined || other === replica
          line.standing = line.standing.filter((old) => {
            if (!isReplaced(old.replica)) return true
            old.entry.heal()
            return false
          })
          line.standing.unshift({ entry, replica })
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
    next(route, replica) {
      if (route === 'alive' || route === 'other') return undefined
      const line = lines[route]
      line.queue = line.queue.filter(({ entry, left }) => left > 0 && !entry.isHealed)
      line.standing = line.standing.filter(({ entry }) => !entry.isHealed)
      const first = line.queue.find(({ entry }) => entry.meets(replica))
      if (first !== undefined) {
        first.left -= 1
        return first.entry.strike()
      }
      return line.standing.find(({ entry }) => entry.meets(replica))?.entry.strike()
    },
    heal(path) {
      for (const line of linesOf(path)) {
        for (const { entry } of [...line.queue, ...line.standing]) entry.heal()
      }
    },
  }
}

function createEntry(fault: Fault, options: FaultOptions, random: () => number): Entry {
  const { delayMs, replica, share = fault === 'database-flaky' ? 0.5 : 1 } = options
  let served = 0
  let waiting: (() => void)[] = []
  const entry: Entry = {
    isHealed: false,
    get served() {
      return served
    },
    meets: (serving) =>
      (replica === undefined || replica === serving) && (share === 1 || random() < share),
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
