export { orySession } from './plugin.js'
export type {
  FastifyOptionalSessionPolicy,
  FastifySessionOptions,
  FastifySessionPolicy,
  OnFastifySessionDenied,
} from './plugin.js'
