export type { AnyRequest, Authentication } from './authenticate.js'
export type { Clock } from './clock.js'
export type { Stats, UpstreamOutcome } from './counters.js'
export type { Source } from './credential/credential.js'
export { authenticate, invalidate, optionalSession, requireSession } from './default-instance.js'
export { isSessionError, SessionError } from './denial/errors.js'
export type { DenialCode, DenialExtras, Problem } from './denial/errors.js'
export { createOrySession } from './instance.js'
export type { OrySession } from './instance.js'
export type { InvalidateTarget } from './invalidate.js'
export type { Links, LoginLink, ReturnTo } from './links.js'
export type { Middleware } from './middleware.js'
export type { Next } from './next.js'
export type { OnDenied, Options } from './options/options.js'
export type { OptionalPolicy, Policy } from './policy.js'
export type * from './register.js'
export { getSession } from './request.js'
export { respond } from './denial/respond.js'
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
export type { Fault, FaultReason } from './upstream/fault.js'
export type { StandardSchema } from './session/traits.js'
