import { bearerChallenge } from '../shared/www-authenticate.js'
import type { DenialExtras } from '../shared/session-error.js'
import { loginUrl } from '../shared/ory-urls.js'
import { rankOf } from '../session/parse-session.js'
import { methodBits } from '../session/method-bits.js'
import type { OptionalSessionPolicy, ResolvedPolicy } from './policy.js'
import {
  checkBoolean,
  checkFunction,
  checkList,
  checkNumber,
  checkOneOf,
  readMembers,
} from '../options/validators.js'
import type { Settings } from '../options/resolve-options.js'

const policyKeys = [
  'aal',
  'maxAgeMs',
  'authMethods',
  'verifiedAddress',
  'fresh',
  'allow',
  'redirectToLogin',
]

/**
 * Checks a policy and works out all that does not depend on the request.
 *
 * @throws TypeError naming the key, what was expected and what came.
 */
export function resolvePolicy(
  policy: OptionalSessionPolicy<never, never> = {},
  settings: Settings,
  isOptional = false,
): ResolvedPolicy {
  const own = readMembers(
    'policy',
    policy,
    isOptional ? [...policyKeys, 'onUnavailable'] : policyKeys,
  )
  const {
    aal,
    maxAgeMs,
    authMethods,
    verifiedAddress = false,
    fresh = false,
    allow,
    redirectToLogin = false,
  } = own
  if (aal !== undefined) checkOneOf('policy.aal', aal, ['aal1', 'aal2', 'aal3'])
  if (
    checkBoolean('policy.redirectToLogin', redirectToLogin) &&
    settings.publicOrigin === undefined
  ) {
    throw new TypeError(
      'policy.redirectToLogin needs the option appUrl: the origin of this application as browsers see it',
    )
  }
  const { onUnavailable = 'deny' } = own
  const methodNames = authMethods === undefined ? [] : checkMethods(authMethods)
  return {
    isAsking:
      aal !== undefined || maxAgeMs !== undefined || authMethods !== undefined || verifiedAddress,
    minimumRank: rankOf(aal) ?? -1,
    maxAgeMs:
      maxAgeMs === undefined ? Infinity : checkNumber('policy.maxAgeMs', maxAgeMs, { min: 0 }),
    methods: methodBits(methodNames),
    methodNames: new Set(methodNames),
    isVerifiedRequired: checkBoolean('policy.verifiedAddress', verifiedAddress),
    isFresh: checkBoolean('policy.fresh', fresh),
    allow:
      allow === undefined
        ? undefined
        : (checkFunction('policy.allow', allow) as NonNullable<ResolvedPolicy['allow']>),
    isRedirecting: redirectToLogin,
    isAnonymousWhenUnavailable:
      checkOneOf('policy.onUnavailable', onUnavailable, ['deny', 'anonymous']) === 'anonymous',
    aalDenial: aalDenial(settings, aal),
    oryAalDenial: aalDenial(settings, aal === 'aal3' ? 'aal3' : 'aal2'),
    refreshDenial: refreshDenial(settings, maxAgeMs),
  }
}

function checkMethods(value: unknown): readonly string[] {
  const isName = (item: unknown): item is string => typeof item === 'string' && item !== ''
  return checkList('policy.authMethods', value, 'a list of method names', isName)
}

function aalDenial(settings: Settings, aal = 'aal2'): DenialExtras {
  return {
    challenge: bearerChallenge(settings.realm, {
      error: 'insufficient_user_authentication',
      acr_values: aal,
    }),
    requiredAal: aal,
    redirectBrowserTo: loginUrl(settings.browserUrl, { aal }),
  }
}

function refreshDenial(settings: Settings, maxAgeMs = 0): DenialExtras {
  return {
    challenge: bearerChallenge(settings.realm, {
      error: 'insufficient_user_authentication',
      max_age: String(Math.floor(maxAgeMs / 1000)),
    }),
    redirectBrowserTo: loginUrl(settings.browserUrl, { refresh: 'true' }),
  }
}
