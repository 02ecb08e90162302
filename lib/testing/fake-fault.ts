import type { FakeAnswer } from './fake-answer.js'

/**
 * What goes wrong, by name:
 *
 * | kind | what the caller sees |
 * |---|---|
 * | `late` | the right answer, `delayMs` later (default 5,000) |
 * | `held` | nothing until the fault is healed, and then what was right when the request came |
 * | `silent` | a connection that is accepted and never answered |
 * | `reset` | the connection reset before a byte |
 * | `reset-mid-body` | the connection reset in the middle of the body |
 * | `truncated` | the connection closed in the middle of the body |
 * | `drip` | the headers, and then a byte of the body every `delayMs` (default 100) |
 * | `empty` | 200 without a body |
 * | `html` | 200 with an HTML page |
 * | `malformed` | half of the right body, as if it were the whole |
 * | `oversized` | the right answer with a mebibyte of padding in it, chunked |
 * | `waf` | 403 with the HTML page of a firewall |
 * | `401-html` | 401 with the HTML page of a proxy |
 * | `inactive` | a session that says `active: false` |
 * | `identity-mixup` | one identity in the body, another in the header |
 * | `database` | no database: whoami is the 401 of somebody logged out, readiness 503 |
 * | `database-broken` | no sessions table: the same 401, but readiness does not notice |
 */
export type FaultKind = AnswerKind | DeliveryKind | DatabaseKind

/** Faults in what is said. */
export type AnswerKind =
  'empty' | 'html' | 'malformed' | 'oversized' | 'waf' | '401-html' | 'inactive' | 'identity-mixup'

/** Faults in how it is said. */
export type DeliveryKind =
  'late' | 'held' | 'silent' | 'reset' | 'reset-mid-body' | 'truncated' | 'drip'

/** Faults further behind. */
export type DatabaseKind = 'database' | 'database-broken'

/** An answer to give in place of the right one. Default no headers, no body. */
export type CannedAnswer = Pick<FakeAnswer, 'status'> & Partial<FakeAnswer>

/**
 * A fault: one by name; a status, with the body and headers that Ory or its edge sends along (429
 * comes with `x-ratelimit-*`, 3xx with a `Location`); an answer in full; or a function that makes
 * another answer of the right one.
 */
export type Fault = FaultKind | number | CannedAnswer | ((answer: FakeAnswer) => FakeAnswer)

/** What a fault can strike: `'logout'` is all of its routes, `'page'` those of login and settings. */
export type FaultyRoute = 'whoami' | 'ready' | 'logout' | 'page'

/** Where and how long a fault strikes. */
export interface FaultOptions {
  /** How many requests it strikes, on each route. Default all until it is healed. */
  readonly times?: number
  /** Which route it strikes. Default `'whoami'`; for `'database'` it is `'all'`. */
  readonly path?: FaultyRoute | 'all'
  /** Milliseconds that pass before it strikes; for `'drip'`, between two bytes. Default `0`. */
  readonly delayMs?: number
}

/** A fault that has been scripted. */
export interface ScriptedFault {
  /** How many requests it has struck. */
  readonly served: number
  /** Ends it. What was `held` is answered now. */
  heal(): void
}
