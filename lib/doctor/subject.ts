import type { Credential } from '../credential/read-credential.js'
import type { ResolvedOptions } from '../options/resolve-options.js'
import type { Question, Came } from './ask.js'
import type { StoreProbe } from './store-probe.js'

/** What the checks examine: an Ory, by the options of an application. */
export interface Subject {
  readonly options: ResolvedOptions
  /** A session to try. */
  readonly credential: Credential | undefined
  /** What a variable for a session holds, when no credential could be read from it: what is wrong. */
  readonly unreadable: string | undefined
  readonly store: StoreProbe | undefined
  /** Asks Ory. Never rejects. The same question is asked once, unless it says `isAgain`. */
  readonly ask: (question: Question) => Promise<Came>
}
