import type { Entry } from './entry.js'
import type { Unkept } from './recent.js'

/** What is known of a credential before Ory is asked about it. */
export interface Recollection {
  /** What is in memory, however old, or else what was noted of it. */
  readonly known: Entry | Unkept
  /** The identity whose session it was moments ago. */
  readonly recentIdentity: string | undefined
}
