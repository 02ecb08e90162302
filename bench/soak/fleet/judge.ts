import type { StoreWeather } from './store-weather.js'
import type { User } from './users.js'

/** An answer of one process. */
export interface Visited {
  readonly user: User
  readonly index: number
  readonly sentAt: number
  readonly session: string | undefined
  readonly code: string | undefined
  /** Why Ory's answer could not be had. */
  readonly reason: string | undefined
}

/** How long a process of the fleet believes an answer, in milliseconds. */
export const cacheTtlMs = 6_000
/** For a machine that is busy, in milliseconds. */
const slackMs = 1_500
/** Longest that a process takes to hear of a revocation, with all that a fault leaves behind. */
const hearMs = 2_000
/** How long a client and the polling may take to come back after a fault. */
const recoveryMs = 2_000

/** What is wrong with an answer. Ory is well, so a store alone can have spoilt it. */
export function judge(visited: Visited, weather: StoreWeather): string | undefined {
  const { user, index, sentAt, session, code, reason } = visited
  if (session !== undefined && session !== user.session) return 'the session of somebody else'
  if (code === undefined) return tooLate(user, index, sentAt, weather)
  // A busy machine is late by itself, and sessions that were invalidated are unknown callers again.
  if (reason === 'throttled') return undefined
  // Many sessions that end at once look like an Ory that is ill, with a store or without.
  if (reason === 'ambiguous_401') return undefined
  if (reason === 'timeout') {
    weather.noteLate()
    return undefined
  }
  // A circuit opens after calls that were late, and for no other reason here.
  if (reason === 'circuit_open' && weather.wasLate(sentAt)) return undefined
  if (code !== 'session_invalid') return `${code} (${String(reason)}), for the sake of the store`
  return user.isEnding ? undefined : 'logged out, though the session lives'
}

function tooLate(
  { endedAt, forgottenAt, revokedAt }: User,
  index: number,
  sentAt: number,
  weather: StoreWeather,
): string | undefined {
  if (endedAt === undefined) return undefined
  if (sentAt > endedAt + cacheTtlMs + slackMs)
    return `a session ${sentAt - endedAt} ms after its end`
  const ownAt = forgottenAt.get(index)
  if (ownAt !== undefined && sentAt > ownAt) return 'a session that this process has invalidated'
  if (revokedAt === undefined || sentAt < revokedAt + hearMs) return undefined
  // What a fault loses on the way lives to its TTL.
  if (weather.hadFault(revokedAt - recoveryMs, revokedAt + hearMs)) return undefined
  return `a session ${sentAt - revokedAt} ms after another process revoked it`
}
