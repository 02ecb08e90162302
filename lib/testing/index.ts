export { createFakeOry } from './fake-ory.js'
export type { FakeOry } from './fake-ory.js'
export { buildSession } from './build-session.js'
export type { SessionOverrides } from './build-session.js'
export type { AdminApi, IdentityReference, SessionReference } from './admin-api.js'
export type { FakeAnswer } from './fake-answer.js'
export type { Call, Calls, RouteName } from './calls.js'
export type { Database } from './database.js'
export type {
  CannedAnswer,
  Fault,
  FaultKind,
  FaultOptions,
  FaultyRoute,
  ScriptedFault,
} from './fake-fault.js'
export type { IdentityChanges } from './identities.js'
export type { Login, RefreshOptions, SignedIn, SignInOptions, StepUpOptions } from './fake-login.js'
export type { FakeOryOptions } from './fake-options.js'
