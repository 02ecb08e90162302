import type { Answer } from '../ory/whoami-answer.js'

/** What a question has to be like for its answer to do. */
export type Demand =
  /** Any, also one that is under way. */
  | 'any'
  /** One past every cache, also one that is under way: the second look before a denial. */
  | 'forced'
  /** One past every cache that began after this caller came. */
  | 'fresh'

/** An answer, and whether this caller's question was the one that brought it. */
export interface Brought {
  readonly answer: Answer
  readonly isOwn: boolean
}
