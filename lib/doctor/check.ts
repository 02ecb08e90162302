import type { Subject } from './subject.js'

/** What a check asks about. */
export type OryCheckName =
  | 'address'
  | 'latency'
  | 'readiness'
  | 'clock'
  | 'base-url'
  | 'cookie'
  | 'return-to'
  | 'session'
  | 'required-aal'
  | 'policies'
  | 'rate-limit'
  | 'cors'
  | 'edge-cache'
  | 'store'

/**
 * - `ok`: as it should be
 * - `warning`: it works, with a consequence to know
 * - `wrong`: requests will fail, or a promise of this package does not hold
 * - `skipped`: not asked, for want of what it asks about
 * - `unasked`: no answer came
 */
export type OryCheckOutcome = 'ok' | 'warning' | 'wrong' | 'skipped' | 'unasked'

/** What one check found. It holds no credential, no trait and no id. */
export interface OryCheck {
  readonly name: OryCheckName
  readonly outcome: OryCheckOutcome
  /** The question. */
  readonly asked: string
  /** What came. */
  readonly came: string
  /** What that means for an application. */
  readonly means: string
  /** What to change, when something is to be changed. */
  readonly fix?: string
}

export type Finding = Omit<OryCheck, 'name'>

/** One question of the doctor. */
export interface Check {
  readonly name: OryCheckName
  readonly run: (subject: Subject) => Promise<Finding>
}
