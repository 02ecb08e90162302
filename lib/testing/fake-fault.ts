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
 * | `database` | Ory lost its database: whoami is 401 for every session, in the very bytes of a logout; readiness is 503, pages and logouts are 500 |
 * | `database-broken` | Ory's database answers, but every look-up of a session fails (a missing table, a statement timeout): the same 401 and 500, while readiness is 200 |
 * | `database-flaky` | the same, for a share of the requests alone (default half of them): no connection is left for the pool, or a pooled one died |
 * | `aal-undeterminable` | Ory finds the session and then fails to read the credentials of its identity: whoami is 401 with the reason `Unable to determine AAL.`, while readiness is 200 |
 *
 * A `share` makes any of them strike that share of the requests, and `replica` those of one replica:
 *
 * ```ts
 * ory.fault('database-flaky', { share: 0.3 })              // 3 of 10 live sessions look logged out
 * ory.fault('database-broken', { delayMs: 500 })           // a statement timeout
 * const two = await createFakeOry({ replicas: 2 })
 * two.fault('database', { replica: 2 })                    // the first answers readiness: 200
 * ```
 */
export type FaultKind = AnswerKind | DeliveryKind | DatabaseKind

/** Faults in what is said. */
export type AnswerKind =
  'empty' | 'html' | 'malformed' | 'oversized' | 'waf' | '401-html' | 'inactive' | 'identity-mixup'

/** Faults in how it is said. */
export type DeliveryKind =
  'late' | 'held' | 'silent' | 'reset' | 'reset-mid-body' | 'truncated' | 'drip'

/** Faults further behind. */
export type DatabaseKind = 'database' | 'database-broken' | 'database-flaky' | 'aal-undeterminable'

/** An answer to give instead of the right one. Default no headers, no body. */
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
  /**
   * Which share of the requests it strikes, above 0 and up to 1, drawn by the fake's `random`. The
   * others get what comes next in the script, or the right answer. Default `1`; for
   * `'database-flaky'` it is `0.5`.
   */
  readonly share?: number
  /** Which replica it strikes, from 1 to `replicas`. Default all of them. */
  readonly replica?: number
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
