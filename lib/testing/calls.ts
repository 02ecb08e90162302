import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** What a request was for. */
export type RouteName = 'whoami' | 'ready' | 'alive' | 'logout' | 'page' | 'other'

/** A request that the fake received. */
export interface Call {
  readonly route: RouteName
  readonly method: string
  /** The request target as it came, query included. */
  readonly path: string
  /** By lower-case name, as `node:http` has them. */
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came on the wire. */
  readonly rawHeaders: readonly string[]
  /** When, by the fake's clock. */
  readonly at: number
  /** Which replica served it, from 1; without `replicas` that is 1. */
  readonly replica: number
}

/** The requests that the fake received, faults included, oldest first. */
export interface Calls extends Iterable<Call> {
  /** How often whoami was called. */
  readonly whoami: number
  /** How often readiness was called. */
  readonly ready: number
  /** Each of them, up to now; of very many the latest 10,000. */
  readonly all: readonly Call[]
  /** The latest one. */
  readonly last: Call | undefined
  /** How many TCP connections were opened. */
  readonly connections: number
  /** How many of all there ever were are open now. */
  readonly open: number
  /**
   * Resolves when a route has been called so often since the start or the last `reset`: a test
   * waits for a request to arrive by this, and not by time. Rejects when the fake is closed.
   */
  waitFor(count: number, route?: RouteName): Promise<void>
  /** Forgets all of it. */
  reset(): void
}

const longest = 10_000

interface Waiter {
  readonly isOver: () => boolean
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

/** The log, and how the server writes into it. */
export function createCalls(clock: { now(): number }): {
  readonly calls: Calls
  readonly add: (route: RouteName, message: IncomingMessage, replica: number) => void
  readonly addConnection: (socket: Socket) => void
  readonly close: () => void
} {
  let all: Call[] = []
  let counts: Partial<Record<RouteName, number>> = {}
  let connections = 0
  let open = 0
  let waiters: Waiter[] = []
  const count = (route: RouteName): number => counts[route] ?? 0

  const calls: Calls = {
    get whoami() {
      return count('whoami')
    },
    get ready() {
      return count('ready')
    },
    get all() {
      return all.slice(-longest)
    },
    get last() {
      return all.at(-1)
    },
    get connections() {
      return connections
    },
    get open() {
      return open
    },
    waitFor: (wanted, route = 'whoami') =>
      new Promise((resolve, reject) => {
        const isOver = (): boolean => count(route) >= wanted
        if (isOver()) resolve()
        else waiters.push({ isOver, resolve, reject })
      }),
    reset() {
      all = []
      counts = {}
      connections = 0
    },
    [Symbol.iterator]: () => calls.all[Symbol.iterator](),
  }

  return {
    calls,
    add(route, message, replica) {
      const { method = '', url = '', headers, rawHeaders } = message
      // Load tests send without end. Cutting only now and then keeps this cheap.
      if (all.length >= 2 * longest) all = all.slice(-longest)
      all.push({ route, method, path: url, headers, rawHeaders, at: clock.now(), replica })
      counts[route] = count(route) + 1
      waiters = waiters.filter((waiter) => {
        if (!waiter.isOver()) return true
        waiter.resolve()
        return false
      })
    },
    addConnection(socket) {
      connections += 1
      open += 1
      socket.once('close', () => (open -= 1))
    },
    close() {
      for (const { reject } of waiters) reject(new Error('The fake Ory was closed'))
      waiters = []
    },
  }
}
