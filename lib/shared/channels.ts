import { channel } from 'node:diagnostics_channel'
import type { SessionDenialCode } from './error-catalog.js'
import type { SessionFaultReason } from './fault.js'
import type { SetupCause } from './setup-cause.js'
import type { StoreFaultKind, StoreOperation } from './store-stats.js'

/** What each message says: the instance that it is from, as a number that is unique in the process. */
interface FromInstance {
  readonly instance: number
}

/** How a question to Ory ended: an answer, or the reason of a fault. */
export type OryOutcome =
  | 'live'
  | 'refused'
  | 'aal_too_low'
  /** Of a logout. */
  | 'ended'
  /** Of a login for `aal2`: whether there is a second factor to show. */
  | 'enrolled'
  | 'not_enrolled'
  | SessionFaultReason

/** `express-ory-session:decision`: a request was let in or denied. */
export interface OryDecisionEvent extends FromInstance {
  /** The code of the denial; `undefined`: there is a session that satisfies the policy. */
  readonly code: SessionDenialCode | undefined
  /** The key of the policy that the session fell short of. */
  readonly policyKey: 'aal' | 'maxAgeMs' | 'authMethods' | 'verifiedAddress' | 'allow' | undefined
  /** Where the credential stood; `undefined` without a credential. */
  readonly source: 'x-session-token' | 'bearer' | 'cookie' | undefined
  /** What the decision rests on; `undefined` when nothing was looked up. */
  readonly servedFrom: 'cache' | 'upstream' | 'stale' | undefined
  /** The request waited for the question of another one. */
  readonly isCoalesced: boolean
  /** How Ory answered, when it was asked. */
  readonly upstream: OryOutcome | undefined
  /** Milliseconds. */
  readonly durationMs: number
  /** Only for a listener that asked for it by `observe(…, { identityId: true })`. */
  readonly identityId?: string
}

/** `express-ory-session:upstream`: a question to Ory ended. */
export interface OryUpstreamEvent extends FromInstance {
  readonly operation: 'whoami' | 'logout' | 'login'
  readonly outcome: OryOutcome
  /** Asked in the background, ahead of expiry. */
  readonly isRefresh: boolean
  /** Asked past Ory's edge cache. */
  readonly isForced: boolean
  /** Milliseconds. */
  readonly durationMs: number
}

/** `express-ory-session:setup`: Ory can't be reached for a mistake of set-up. Once for each cause. */
export interface OrySetupEvent extends FromInstance {
  readonly cause: SetupCause
  /** A status, or an error code of the system's. */
  readonly detail: string
  /** The origin that was asked. */
  readonly url: string
  readonly message: string
  readonly fix: string
}

/** `express-ory-session:required-aal`: Ory's `required_aal` rules out levels per route. Once. */
export interface OryRequiredAalEvent extends FromInstance {
  readonly message: string
}

/** `express-ory-session:cookie-missing`: a browser came back from the login without the cookie. */
export interface OryCookieMissingEvent extends FromInstance {
  readonly message: string
  /** The host of `appUrl`, to which the browser has to send the cookie. */
  readonly host: string
  /** The host of `browserUrl`, which sets the cookie. */
  readonly oryHost: string
  /** The option `cookieName`, as text. */
  readonly cookieName: readonly string[]
}

/** `express-ory-session:store`: the store was asked. */
export interface OryStoreEvent extends FromInstance {
  readonly operation: StoreOperation
  /** `'hit'` and `'miss'` for `get`, `'ok'` for the others, or the fault. */
  readonly outcome: 'hit' | 'miss' | 'ok' | StoreFaultKind
  /** Milliseconds. */
  readonly durationMs: number
}

/** The messages by channel; the channels' names have `express-ory-session:` before these. */
export interface OryEvents {
  readonly decision: OryDecisionEvent
  readonly upstream: OryUpstreamEvent
  readonly store: OryStoreEvent
  readonly 'required-aal': OryRequiredAalEvent
  readonly 'cookie-missing': OryCookieMissingEvent
  readonly setup: OrySetupEvent
}

export const decisionChannel = channel('express-ory-session:decision')
/** The same messages with `identityId`. A channel of its own, so that nobody gets ids by chance. */
export const auditChannel = channel('express-ory-session:decision:identity')
export const upstreamChannel = channel('express-ory-session:upstream')
export const storeChannel = channel('express-ory-session:store')
export const requiredAalChannel = channel('express-ory-session:required-aal')
export const cookieMissingChannel = channel('express-ory-session:cookie-missing')
export const setupChannel = channel('express-ory-session:setup')
