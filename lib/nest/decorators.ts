import { createParamDecorator } from '@nestjs/common'
import type { ExecutionContext } from '@nestjs/common'
import { uncheckedSession } from '../shared/error-codes.js'
import { accessOf, decorateAccess } from './access.js'
import type { AccessDecorator, NestSessionPolicy } from './access.js'
import { checkedOn } from './checked.js'

/**
 * What a method or a class requires of the session besides that it lives. Policies of a class, and several
 * on one method, hold together.
 */
export function RequireSession(policy?: NestSessionPolicy): AccessDecorator {
  return decorateAccess('required', policy)
}

/** The same as `RequireSession({ aal })`. */
export function RequireAal(aal: 'aal1' | 'aal2' | 'aal3'): AccessDecorator {
  return decorateAccess('required', { aal })
}

/** Lets requests without a session pass, too: `@CurrentSession()` is `undefined` then. An outage stays a 503. */
export function OptionalSession(): AccessDecorator {
  return decorateAccess('optional')
}

/** Lets all requests pass unchecked. `@CurrentSession()` throws there. */
export function AllowAnonymous(): AccessDecorator {
  return decorateAccess('anonymous')
}

/**
 * The session of the request, as a parameter of a handler.
 *
 * @throws TypeError (`ERR_ORY_UNCHECKED_SESSION`) where no guard has checked the request
 */
export const CurrentSession: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => {
    const { kind } = accessOf(context.getHandler(), context.getClass())
    // What the guard found for another field of the same query is not for this one.
    const found = kind === 'anonymous' ? undefined : checkedOn(context)
    if (found === undefined) throw uncheckedSession('@CurrentSession()')
    return found.session
  },
)
