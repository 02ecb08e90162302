import { inspect } from 'node:util'
import type { InspectOptions } from 'node:util'
import type { Fault } from './fault.js'
import { texts, titles } from './error-catalog.js'
import type { SessionDenialCode } from './error-catalog.js'

export type { SessionDenialCode } from './error-catalog.js'

// Two copies of the package in one process have two classes; the registry's symbol is one.
const brand = Symbol.for('express-ory-session.SessionError')

/** The session that a request was denied for, as far as an audit log needs it. */
export interface JudgedSession {
  readonly id: string
  readonly identity: { readonly id: string }
}

/** What a denial carries besides its code. */
export interface DenialExtras {
  /** The `WWW-Authenticate` challenge (RFC 6750, RFC 9470). */
  readonly challenge?: string
  /** Seconds for `Retry-After` (RFC 9110 §10.2.3). */
  readonly retryAfter?: number
  /** The level that was asked for, as Ory's `required_aal`. */
  readonly requiredAal?: string
  /** Where a browser can put things right, as Ory's `redirect_browser_to`. */
  readonly redirectBrowserTo?: string
  /** What to say instead of the usual detail. */
  readonly detail?: string
  /** `true`: no second factor is enrolled, so none can be used. */
  readonly isSecondFactorMissing?: boolean
  /** The fault behind a 503. It never holds a credential or what upstream wrote. */
  readonly cause?: Fault
  /** The session that fell short of the policy. */
  readonly session?: JudgedSession
}

/** The body of a denial: problem details (RFC 9457) with Ory's error object beside them. */
export interface SessionProblem {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: SessionDenialCode
  readonly required_aal?: string
  readonly redirect_browser_to?: string
  readonly error: {
    readonly id: string
    readonly code: number
    readonly status: string
    readonly reason: string
    readonly message: string
  }
}

/**
 * A denial. The error is the answer: `status`, `headers` and `toJSON()` are what the client gets,
 * and Express's and Connect's own final handlers answer rightly when it is passed to `next`.
 *
 * It never holds a credential, nor anything that upstream wrote.
 */
export class SessionError extends Error {
  override readonly name = 'SessionError'
  /** Which denial: the one field to `switch` on. */
  readonly code: SessionDenialCode
  /** HTTP status. */
  readonly status: number
  /** The same as `status`, where Connect looks for it. */
  readonly statusCode: number
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>
  /** `true`: the message is made for clients. */
  readonly expose = true
  /** The level that was asked for, when it was not reached. */
  readonly requiredAal: string | undefined
  /** Where a browser can step up or log in again, when that would help. */
  readonly redirectBrowserTo: string | undefined
  /**
   * `true`: the user has no second factor, and enrols one at `redirectBrowserTo`. Default `false`, also
   * if Ory did not say.
   */
  readonly isSecondFactorMissing: boolean
  /** Of an `authentication_unavailable`: why Ory gave no answer. */
  declare readonly cause?: Fault
  // Private, so that neither `inspect` nor JSON nor a loop over the members finds it.
  readonly #session: JudgedSession | undefined

  constructor(code: SessionDenialCode, given: DenialExtras = {}) {
    const { status, detail } = texts[code]
    // Its own members alone: a polluted Object.prototype must not put a session or a link on a denial.
    const extras = Object.assign(Object.create(null) as DenialExtras, given)
    super(extras.detail ?? detail, extras.cause === undefined ? undefined : { cause: extras.cause })
    this.code = code
    this.#session = extras.session
    this.status = status
    this.statusCode = status
    this.requiredAal = extras.requiredAal
    this.redirectBrowserTo = extras.redirectBrowserTo
    this.isSecondFactorMissing = extras.isSecondFactorMissing === true
    this.headers = Object.freeze({
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(extras.challenge === undefined ? {} : { 'WWW-Authenticate': extras.challenge }),
      ...(extras.retryAfter === undefined ? {} : { 'Retry-After': String(extras.retryAfter) }),
    })
    Object.defineProperty(this, brand, { value: true })
  }

  /** Of a 403 that a session was judged by: that session, for audit logs. */
  get session(): JudgedSession | undefined {
    return this.#session
  }

  /**
   * Without this, `inspect` with `showHidden` and `getters` would write the session into a log.
   *
   * @hidden
   */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return inspect(this, { ...options, customInspect: false, getters: false })
  }

  /** The denial as a fetch `Response`, for frameworks that answer with one; Hono calls this by itself. */
  getResponse(): Response {
    return new Response(JSON.stringify(this), { status: this.status, headers: { ...this.headers } })
  }

  /** The body of the answer (RFC 9457), so that `res.json(error)` sends it. */
  toJSON(): SessionProblem {
    const { status, oryId } = texts[this.code]
    const detail = this.message
    const title = titles[status]
    return {
      type: 'about:blank',
      title,
      status,
      detail,
      code: this.code,
      ...(this.requiredAal === undefined ? {} : { required_aal: this.requiredAal }),
      ...(this.redirectBrowserTo === undefined
        ? {}
        : { redirect_browser_to: this.redirectBrowserTo }),
      error: {
        id: oryId ?? this.code,
        code: status,
        status: title,
        reason: detail,
        message: title,
      },
    }
  }
}

/** Tells a denial of this package, of whichever copy of it, from any other value. */
export function isSessionError(value: unknown): value is SessionError {
  return typeof value === 'object' && value !== null && Reflect.get(value, brand) === true
}
