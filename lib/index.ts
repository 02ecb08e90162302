export type { AnyRequest, Authentication } from './auth/authenticate.js'
export type { Clock } from './shared/clock.js'
export type { Stats, UpstreamOutcome } from './resilience/stats.js'
export type { Source } from './credential/read-credential.js'
export { authenticate, invalidate, optionalSession, requireSession } from './default-instance.js'
export { isSessionError, SessionError } from './shared/session-error.js'
export type { DenialCode, DenialExtras, Problem } from './shared/session-error.js'
export { createOrySession } from './create-ory-session.js'
export type { OrySession } from './create-ory-session.js'
export type { InvalidateTarget } from './auth/invalidate.js'
export type { Links, LoginLink, ReturnTo } from './http/links.js'
export type { Middleware } from './http/middleware.js'
export type { Next } from './http/next.js'
export type { OnDenied, Options } from './options/options.js'
export type { OptionalPolicy, Policy } from './auth/policy.js'
export type * from './shared/register.js'
export { getSession } from './http/request-session.js'
export { respond } from './http/respond.js'
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
export type { Fault, FaultReason } from './shared/fault.js'
export type { StandardSchema } from './session/traits-schema.js'
export type { LogEntry, LogPage, SessionStore, StoredValue } from './store/session-store.js'
export type { StoreFaultKind, StoreMessage, StoreOperation, StoreStats } from './store/store-stats.js'
