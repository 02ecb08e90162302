import type { Caller } from '../resilience/caller.js'
import type { Entry } from './entry.js'

/** What is known of a credential when Ory is asked about it. */
export interface Recollection {
  /** What is in memory, however old. */
  readonly entry: Entry | undefined
  /** That, or else what was noted of it. No copy, since it may be forced while Ory is asked. */
  readonly noted: Pick<Entry, 'forcedAt'> | undefined
  /** Who asks. */
  readonly caller: Caller
}
