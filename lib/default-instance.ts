import { createOrySession } from './create-ory-session.js'
import type { OrySession } from './ory-session.js'

/**
 * The instance stands where the other module format of this package finds it, too: with two of them,
 * `invalidate` of one would leave the session in the other. Another version has one of its own.
 */
const name = Symbol.for('express-ory-session@0.1.0.default')
const shared = globalThis as { [name]?: OrySession | undefined }

/**
 * The default instance, made at the first call from the environment variable `ORY_SDK_URL`. The free
 * functions `requireSession` and `optionalSession` use it.
 *
 * @throws TypeError (`ERR_ORY_URL_MISSING`) if `ORY_SDK_URL` is not set
 */
export function defaultOrySession(): OrySession {
  return (shared[name] ??= createOrySession())
}

/**
 * `requireSession` of the default instance.
 *
 * @throws TypeError if `ORY_SDK_URL` is not set, or for a policy that is not as documented
 */
export const requireSession: OrySession['requireSession'] = (policy) =>
  defaultOrySession().requireSession(policy)

/**
 * `optionalSession` of the default instance.
 *
 * @throws TypeError if `ORY_SDK_URL` is not set, or for a policy that is not as documented
 */
export const optionalSession: OrySession['optionalSession'] = (policy) =>
  defaultOrySession().optionalSession(policy)
