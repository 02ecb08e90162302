import { createOrySession } from './create-ory-session.js'
import type { OrySession } from './create-ory-session.js'

let instance: OrySession | undefined

/**
 * The default instance, made at the first call from the environment variable `ORY_SDK_URL`. The free
 * functions `requireSession` and `optionalSession` use it.
 *
 * @throws TypeError (`ERR_ORY_URL_MISSING`) if `ORY_SDK_URL` is not set
 */
export function defaultOrySession(): OrySession {
  instance ??= createOrySession()
  return instance
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
