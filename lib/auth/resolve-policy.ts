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
  nearestFix,
  readMembers,
} from '../options/validators.js'
import { setupError } from '../shared/error-codes.js'
import { appUrlMissing, invalidOption } from '../shared/invalid-option.js'
import type { Settings } from '../options/resolve-options.js'

const policyKeys = [
  'aal',
  'maxAgeMs',
  'authMethods',
  'verifiedAddress',
  'fresh',
  'allow',
  'redirectToLogin',
  'onUnavailable',
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
  const own = readMembers('policy', policy, policyKeys)
  if (!isOptional && own.onUnavailable !== undefined) {
    throw setupError(
      'ERR_ORY_UNKNOWN_OPTION',
      'policy has no "onUnavailable"; optionalSession alone takes it',
    )
  }
  const {
    aal,
    maxAgeMs,
    authMethods,
    verifiedAddress = false,
    fresh = false,
    allow,
    redirectToLogin = false,
  } = own
  if (aal !== undefined) checkOneOf('policy.aal', aal, levels, aalFix)
  if (
    checkBoolean('policy.redirectToLogin', redirectToLogin) &&
    settings.publicOrigin === undefined
  ) {
    throw appUrlMissing('policy.redirectToLogin')
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
    allow: allow === undefined ? undefined : checkAllow(allow),
    isRedirecting: redirectToLogin,
    isAnonymousWhenUnavailable:
      checkOneOf('policy.onUnavailable', onUnavailable, ['deny', 'anonymous']) === 'anonymous',
    extras: once(() => ({
      session_aal2_required: aalDenial(settings, aal),
      session_refresh_required: refreshDenial(settings, maxAgeMs, aal),
    })),
    oryAalDenial: once(() => aalDenial(settings, aal === 'aal3' ? 'aal3' : 'aal2')),
  }
}

/** Makes a value when it is first asked for: `authenticate` resolves a policy per request, and denies few. */
function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

const levels = ['aal1', 'aal2', 'aal3']

/** `aal: 2` is a level without its name. */
function aalFix(value: unknown): string | undefined {
  const isRank = typeof value === 'number' || typeof value === 'string'
  return nearestFix(isRank && rankOf(`aal${value}`) !== undefined ? `aal${value}` : value, levels)
}

// Method names are lower-case words; a list of these looks as if it chose which requests are guarded.
const httpMethod = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT|QUERY)$/i

function checkMethods(value: unknown): readonly string[] {
  const isName = (item: unknown): item is string => typeof item === 'string' && item !== ''
  const expected = "a list of Ory's authentication methods, such as 'totp'"
  const names = checkList('policy.authMethods', value, expected, isName)
  const verb = names.find((name) => httpMethod.test(name))
  if (verb === undefined) return names
  const fix = `mount the middleware with app.${verb.toLowerCase()}() to guard that HTTP method`
  throw invalidOption('policy.authMethods', expected, verb, fix)
}

function checkAllow(value: unknown): NonNullable<ResolvedPolicy['allow']> {
  const allow = checkFunction('policy.allow', value) as NonNullable<ResolvedPolicy['allow']>
  const kind = Object.prototype.toString.call(allow)
  // Neither a promise nor an iterator is ever `true`, so that nobody would pass.
  if (!/Async|Generator/.test(kind)) return allow
  throw setupError(
    'ERR_ORY_ASYNC_ALLOW',
    'policy.allow must be a function that answers true or false at once; got an async or generator function; load what it needs in a middleware before',
  )
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

/** With a level, since Ory asks for the first factor alone otherwise. */
function refreshDenial(settings: Settings, maxAgeMs = 0, aal?: string): DenialExtras {
  return {
    challenge: bearerChallenge(settings.realm, {
      error: 'insufficient_user_authentication',
      ...(aal === undefined ? {} : { acr_values: aal }),
      max_age: String(Math.floor(maxAgeMs / 1000)),
    }),
    ...(aal === undefined ? {} : { requiredAal: aal }),
    redirectBrowserTo: loginUrl(settings.browserUrl, {
      refresh: 'true',
      ...(aal === undefined ? {} : { aal }),
    }),
  }
}
