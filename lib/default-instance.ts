import { createOrySession } from './create-ory-session.js'
import type { OrySession } from './create-ory-session.js'

let instance: OrySession | undefined

/** The instance that `ORY_SDK_URL` names, made at the first call; a missing variable throws. */
function defaultInstance(): OrySession {
  instance ??= createOrySession()
  return instance
}

/**
 * `requireSession` of the default instance, which is made at the first call.
 *
 * @throws TypeError where `ORY_SDK_URL` is not set, or for a policy that is not as documented
 */
export const requireSession: OrySession['requireSession'] = (policy) =>
  defaultInstance().requireSession(policy)

/**
 * `optionalSession` of the default instance, which is made at the first call.
 *
 * @throws TypeError where `ORY_SDK_URL` is not set, or for a policy that is not as documented
 */
export const optionalSession: OrySession['optionalSession'] = (policy) =>
  defaultInstance().optionalSession(policy)

/**
 * `authenticate` of the default instance, which is made at the first call.
 *
 * @throws TypeError (as a rejection) where `ORY_SDK_URL` is not set, or as the instance's own does
 */
export const authenticate: OrySession['authenticate'] = async (request, policy) =>
  defaultInstance().authenticate(request, policy)

/**
 * `invalidate` of the default instance, which is made at the first call.
 *
 * @throws TypeError (as a rejection) where `ORY_SDK_URL` is not set, or as the instance's own does
 */
export const invalidate: OrySession['invalidate'] = async (target) =>
  defaultInstance().invalidate(target)
