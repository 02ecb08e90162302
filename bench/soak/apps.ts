import type { OrySessionOptions } from 'express-ory-session'

/** An application with an instance of its own. */
export interface AppSpec {
  readonly name: string
  /** `'HTTP/2'` is Node's own, by its layer of compatibility. */
  readonly framework: 'Express 5' | 'Express 4' | 'Connect 3' | 'node:http' | 'HTTP/2'
  readonly options: Pick<
    OrySessionOptions,
    | 'cacheMaxSessions'
    | 'cacheMaxBytes'
    | 'cacheTtlMs'
    | 'connections'
    | 'refreshAhead'
    | 'refusalTtlMs'
    | 'staleIfErrorMs'
    | 'timeoutMs'
  >
}

const timeoutMs = 1_500
const connections = 20
/** More than are in use within ten seconds, and so few that they are there soon. */
const cacheMaxSessions = 1_000

/** Every framework, and every way of remembering. */
export const apps: readonly AppSpec[] = [
  {
    name: 'express 5',
    framework: 'Express 5',
    options: { timeoutMs, connections, cacheMaxSessions, cacheTtlMs: 2_000, refusalTtlMs: 1_000 },
  },
  {
    name: 'express 4, little memory',
    framework: 'Express 4',
    options: {
      ...{ timeoutMs, connections, cacheTtlMs: 3_000, refusalTtlMs: 500 },
      ...{ cacheMaxSessions: 25, cacheMaxBytes: 64 * 1024 },
    },
  },
  {
    name: 'connect, stale in an outage',
    framework: 'Connect 3',
    options: {
      timeoutMs,
      connections,
      cacheMaxSessions,
      cacheTtlMs: 1_600,
      staleIfErrorMs: 3_000,
      refreshAhead: 0.5,
    },
  },
  {
    name: 'node:http, no cache',
    framework: 'node:http',
    options: { timeoutMs, connections, cacheMaxSessions, cacheTtlMs: 0 },
  },
  {
    name: 'http/2',
    framework: 'HTTP/2',
    options: { timeoutMs, connections, cacheMaxSessions, cacheTtlMs: 6_000, refreshAhead: false },
  },
]

/** Longest that a fact may be stated after it has changed: what is remembered, or a call that hung. */
export function lagMs({ options }: AppSpec): number {
  return Math.max(options.cacheTtlMs ?? 10_000, options.timeoutMs ?? 2_000)
}

/** Whether nothing is pushed out of memory. */
export function isRoomy({ options }: AppSpec): boolean {
  return options.cacheMaxSessions === cacheMaxSessions
}

/** How old a login may be on the route `/recent`, in milliseconds. */
export const recentMs = 30 * 60_000

/** The routes of every application. */
export type Route = '/' | '/optional' | '/aal2' | '/recent' | '/fresh' | '/logout'

/** What a handler answers, where the middleware lets a request through. */
export interface Answer {
  readonly session: {
    readonly id: string
    readonly identity: string
    /** Counted up with each change of the person. */
    readonly version: number
  } | null
  /** What went wrong on the way, by the handler's own account. */
  readonly complaint?: string
}
