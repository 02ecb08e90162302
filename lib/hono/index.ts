export { optionalSession, requireSession } from './middleware.js'
export type { HonoSessionVariables } from './middleware.js'
