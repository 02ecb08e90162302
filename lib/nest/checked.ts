import type { ExecutionContext } from '@nestjs/common'
import type { Session } from '../session/session.js'
import { exchangeOf } from './exchange.js'

/** What the guard found: a session, or none if that will do. */
export interface Found {
  readonly session: Session | undefined
}

// By the registry: the guard of one module format writes for the decorator of the other.
const checked = Symbol.for('express-ory-session.checked')
interface Scope {
  [checked]?: WeakMap<object, Found> | undefined
}

/**
 * Fields of a query share what its context holds. Messages share the request of their socket, which lives
 * long: without a key of its own, a handler that no guard checks would find what another has left.
 */
function keyOf(context: ExecutionContext, request: object): object {
  return context.getType<string>() === 'ws' ? context.getHandler() : request
}

/** Notes what the guard found for a call. */
export function noteChecked(context: ExecutionContext, found: Found): void {
  const { request, scope } = exchangeOf(context)
  const noted: Scope = scope
  noted[checked] ??= new WeakMap()
  noted[checked].set(keyOf(context, request), found)
}

/** What the guard found for a call; `undefined` if it did not look. */
export function checkedOn(context: ExecutionContext): Found | undefined {
  const { request, scope } = exchangeOf(context)
  return (scope as Scope)[checked]?.get(keyOf(context, request))
}
