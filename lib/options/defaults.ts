import { systemClock } from '../shared/clock.js'

/** What stands in the documentation as the default of each option that has one. */
export const defaults = {
  cookieName: ['ory_kratos_session', /^ory_session_[A-Za-z0-9]+$/],
  tokenPrefix: 'ory_st_',
  sources: ['x-session-token', 'bearer', 'cookie'],
  property: 'session',
  cacheTtlMs: 10_000,
  cacheMaxSessions: 10_000,
  cacheMaxBytes: 32 * 1024 * 1024,
  refusalTtlMs: 2_000,
  refreshAhead: 0.8,
  staleIfErrorMs: 0,
  timeoutMs: 2_000,
  connections: 50,
  readinessPath: '/health/ready',
  upstreamHeaders: {},
  trustedOrigins: [],
  crossSite: 'refuse',
  forwardSetCookie: true,
  cacheControl: 'private, no-store',
  realm: 'ory',
  clock: systemClock,
  storeTimeoutMs: 50,
  storePollMs: 100,
} as const

/** The names of all options. */
export const optionNames = [
  ...Object.keys(defaults),
  'url',
  'browserUrl',
  'appUrl',
  'dispatcher',
  'traitsSchema',
  'onDenied',
  'store',
  'storeSecret',
]
