export { createFakeOry } from './fake-ory.js'
export type { FakeOry } from './fake-ory.js'
export { buildSession } from './build-session.js'
export type { SessionOverrides } from './build-session.js'
export type { AdminApi, IdentityReference, SessionReference } from './admin-api.js'
export type { FakeAnswer } from './fake-answer.js'
export type { Call as FakeCall, Calls as FakeCalls, RouteName as FakeRouteName } from './calls.js'
export type { Database as FakeDatabase } from './database.js'
export type {
  CannedAnswer,
  Fault as FakeFault,
  FaultKind,
  FaultOptions,
  FaultyRoute,
  ScriptedFault,
} from './fake-fault.js'
export type { IdentityChanges } from './identities.js'
export type {
  Login as FakeLogin,
  RefreshOptions,
  SignedIn,
  SignInOptions,
  StepUpOptions,
} from './fake-login.js'
export type { FakeOryOptions } from './fake-options.js'
export { createMemoryStore } from './memory-store.js'
export type { MemoryStore } from './memory-store.js'
export { storeContract } from './store-contract.js'
export type { StoreCheck, StoreContractOptions } from './store-contract.js'
