export type { SessionAuthentication } from './auth/authenticate.js'
export type { SessionRequest, SessionRequestHeaders } from './credential/request-headers.js'
export type { OrySetupCode } from './shared/error-codes.js'
export type { Clock as SessionClock } from './shared/clock.js'
export type {
  OrySessionStats,
  SessionBreakerState,
  SessionUpstreamOutcome,
} from './resilience/stats.js'
export type { CredentialSource } from './credential/credential.js'
export { defaultOrySession, optionalSession, requireSession } from './default-instance.js'
export { isSessionError, SessionError } from './shared/session-error.js'
export type { SessionDenialCode, SessionProblem } from './shared/session-error.js'
export { createOrySession } from './create-ory-session.js'
export type { OrySession } from './ory-session.js'
export type { OryCheck, OryCheckName, OryCheckOutcome } from './doctor/check.js'
export type { SessionInvalidateTarget } from './auth/invalidate.js'
export type { SessionLinks, SessionLoginLink, SessionReturnTo } from './http/links.js'
export type { SessionUpgradeGuard } from './http/guard-upgrade.js'
export type { SessionWatchOptions } from './http/watch.js'
export type { SessionMiddleware } from './http/middleware.js'
export type { SessionWebhookOptions } from './http/webhook.js'
export type { OnSessionDenied, OrySessionOptions, SessionNext } from './options/options.js'
export type { OptionalSessionPolicy, SessionPolicy } from './auth/policy.js'
export type * from './shared/register.js'
export { getSession } from './http/request-session.js'
export { sendDenial } from './http/respond.js'
export type {
  AuthenticationMethod,
  AuthenticationMethodName,
  AuthenticatorAssuranceLevel,
  Identity,
  RecoveryAddress,
  Session,
  SessionDevice,
  VerifiableAddress,
} from './session/session.js'
export type {
  OryCookieMissingEvent,
  OryDecisionEvent,
  OryEvents,
  OryOutcome,
  OryRequiredAalEvent,
  OrySetupEvent,
  OryStoreEvent,
  OryUpstreamEvent,
} from './shared/channels.js'
export { observe } from './shared/observe.js'
export type { ObserveOptions as OryObserveOptions } from './shared/observe.js'
export type { SetupCause as OrySetupCause } from './shared/setup-cause.js'
export type { Fault as SessionFault, SessionFaultReason } from './shared/fault.js'
export type { StandardSchema } from './session/traits-schema.js'
export type {
  LogEntry as SessionLogEntry,
  LogPage as SessionLogPage,
  SessionStore,
  StoredValue as SessionStoredValue,
} from './shared/session-store.js'
export type {
  StoreFaultKind as SessionStoreFaultKind,
  StoreOperation as SessionStoreOperation,
  StoreStats as SessionStoreStats,
} from './shared/store-stats.js'
