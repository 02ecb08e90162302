import type { SessionError, OrySessionStats } from '../../../lib/index.js'
import type { SignedIn } from '../../../lib/testing/index.js'
import type { Call } from '../fault.js'
import type { Exchange } from './post.js'

/** What came of a cell while the fault was there. */
export interface Meeting {
  /** Whose credential must be seen nowhere. */
  readonly users: readonly SignedIn[]
  readonly exchanges: readonly Exchange[]
  /** How often the handler ran. */
  readonly handled: number
  /** What `onDenied` was given. */
  readonly errors: readonly SessionError[]
  readonly before: OrySessionStats
  readonly after: OrySessionStats
  /** What arrived at Ory. */
  readonly calls: readonly Call[]
}

/** What came of one more request of each, when the fault was over. */
export interface Recovery {
  readonly healed: readonly Exchange[]
  readonly healedCalls: readonly Call[]
}

/** What came of a cell. */
export type Outcome = Meeting & Recovery

/** What was left when all was answered. */
export interface Remains {
  /** Connections open at Ory. */
  readonly open: number
  /** How many of them can't be used any more. */
  readonly spoiled: number
  /** Whether the black hole, if there was one, had swallowed everything. */
  readonly wasDark: boolean | undefined
}

/** What came of a fault. */
export interface Run extends Remains {
  /** One for each cell, in their order. */
  readonly outcomes: readonly Outcome[]
  /** Connections open at Ory when all instances were closed. */
  readonly openAtLast: number
  /** Sockets that this process held before, and after all. */
  readonly held: { readonly before: number; readonly after: number }
}
