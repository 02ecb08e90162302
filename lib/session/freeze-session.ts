import type { Session } from './session.js'

// Set where it can't be copied by spreading, and known to every copy of this package.
const brand = Symbol.for('express-ory-session.Session')

/**
 * Freezes a session all the way down, because requests share it, and marks it as ours. `parts`: all
 * objects that it consists of, if they are known.
 */
export function freezeSession(session: Session, parts?: readonly object[]): void {
  Object.defineProperty(session, brand, { value: true })
  if (parts === undefined) deepFreeze(session, new Set())
  else for (const part of parts) Object.freeze(part)
}

/** The same session, frozen and ours too, that tells of itself that it is stale. */
export function markStale<Traits>(session: Session<Traits>): Session<Traits> {
  const copy = { ...session }
  Object.defineProperties(copy, { [brand]: { value: true }, stale: { value: true } })
  return Object.freeze(copy)
}

/** Whether a value is a session that this package, whichever copy of it, attached. */
export function isOwnSession(value: unknown): value is Session {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, brand)
}

function deepFreeze(value: object, frozen: Set<object>): void {
  // Not by `isFrozen`: what a schema hands back may be frozen at its surface alone, or be a cycle.
  if (frozen.has(value)) return
  frozen.add(Object.freeze(value))
  for (const item of Object.values(value) as unknown[]) {
    if (isPlain(item)) deepFreeze(item, frozen)
  }
}

// A validator of traits may put anything there; a Map or a typed array can't be frozen.
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Array.isArray(value)
}
