import { createParamDecorator } from '@nestjs/common'
import type { ExecutionContext } from '@nestjs/common'
import { uncheckedSession } from '../shared/error-codes.js'
import { decorateAccess } from './access.js'
import type { AccessDecorator, NestSessionPolicy } from './access.js'
import { checkedOn, exchangeOf } from './exchange.js'

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
    const checked = checkedOn(exchangeOf(context).request)
    if (checked === undefined) throw uncheckedSession('@CurrentSession()')
    return checked.session
  },
)
