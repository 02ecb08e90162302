import { parseTimestamp } from './rfc3339.js'
import { rankOf } from './parse-session.js'
import type { AuthenticationMethod, Session } from './session.js'

/** What Ory's methods give, for an answer that names no level beside a method. */
const usualLevel: ReadonlyMap<string, string> = new Map([
  ['totp', 'aal2'],
  ['lookup_secret', 'aal2'],
  ['webauthn', 'aal2'],
])

/**
 * Whether a method that gives at least a level was completed since a moment. A method whose level or
 * time is not known gives none.
 *
 * @see https://www.ory.com/docs/kratos/mfa/overview
 */
export function hasRecentLevel(session: Session, rank: number, since: number): boolean {
  // Ory appends, so the newest stands last.
  const recent = session.authentication_methods.findLast(
    (method) => rankOfMethod(method) >= rank && completedAt(method) >= since,
  )
  return recent !== undefined
}

function rankOfMethod(method: AuthenticationMethod): number {
  const level = own(method, 'aal') ?? usualLevel.get(method.method)
  return rankOf(level) ?? -1
}

function completedAt(method: AuthenticationMethod): number {
  const time = own(method, 'completed_at')
  return (typeof time === 'string' ? parseTimestamp(time) : undefined) ?? -Infinity
}

// A polluted Object.prototype must not give a level.
function own(method: AuthenticationMethod, name: 'aal' | 'completed_at'): unknown {
  return Object.hasOwn(method, name) ? method[name] : undefined
}
