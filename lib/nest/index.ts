export type { AccessDecorator, NestSessionPolicy } from './access.js'
export {
  AllowAnonymous,
  CurrentSession,
  OptionalSession,
  RequireAal,
  RequireSession,
} from './decorators.js'
export { SessionException } from './session-exception.js'
export { OrySessionFilter } from './session-filter.js'
export { ORY_SESSION, OrySessionGuard } from './session-guard.js'
export { OrySessionModule } from './session-module.js'
export type { NestSessionFactory } from './session-module.js'
