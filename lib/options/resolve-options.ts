import type { Dispatcher } from 'undici'
import type { Clock } from '../shared/clock.js'
import { createCookieNameMatcher, firstCode } from '../credential/cookie-name-matcher.js'
import type { CredentialSource } from '../credential/credential.js'
import type { StandardSchema } from '../session/traits-schema.js'
import { defaults, optionNames } from './defaults.js'
import { checkAppUrl, checkOryUrl, checkUrl } from './url-validators.js'
import { checkBoolean, checkFunction, checkNumber, checkOneOf, readMembers } from './validators.js'
import {
  checkCacheControl,
  checkClock,
  checkCookieName,
  checkDispatcher,
  checkUpstreamHeaders,
  checkProperty,
  checkReadinessPath,
  checkRealm,
  checkRefreshAhead,
  checkTraitsSchema,
  checkSources,
  checkTokenPrefix,
  checkTrustedOrigins,
} from './option-validators.js'
import { setupError } from '../shared/error-codes.js'
import type { OnSessionDenied, OrySessionOptions } from './options.js'
import { checkStore, checkStoreTime } from './store-options.js'
import type { StoreSettings } from './store-options.js'

/** OrySessionOptions, checked and complete. */
export interface Settings {
  readonly url: URL
  readonly browserUrl: URL
  /** The application as browsers see it; its path is the prefix that a proxy strips. */
  readonly appUrl: URL | undefined
  /** The origin of `appUrl`. */
  readonly publicOrigin: string | undefined
  readonly cookieNames: readonly (string | RegExp)[]
  readonly isSessionCookie: (name: string) => boolean
  readonly sessionCookieCode: number | undefined
  readonly tokenPrefix: string
  readonly sources: readonly CredentialSource[]
  readonly property: string
  readonly cacheTtlMs: number
  readonly cacheMaxSessions: number
  readonly cacheMaxBytes: number
  readonly refusalTtlMs: number
  readonly refreshAhead: number | false
  readonly staleIfErrorMs: number
  readonly timeoutMs: number
  readonly connections: number
  readonly readinessPath: string | false
  readonly dispatcher: Dispatcher | undefined
  readonly upstreamHeaders: Readonly<Record<string, string>>
  readonly trustedOrigins: ReadonlySet<string>
  readonly isCrossSiteAllowed: boolean
  readonly isForwardingSetCookie: boolean
  readonly cacheControl: string | false
  readonly realm: string
  readonly traitsSchema: StandardSchema | undefined
  readonly onDenied: OnSessionDenied | undefined
  readonly clock: Clock
  readonly fleet: StoreSettings | undefined
  readonly storeTimeoutMs: number
  readonly storePollMs: number
}

/** A `Map` holds twice as many, and a logout is noted by two names. */
const mostSessions = 2 ** 23

/** Longest time a timer can run; Node takes a longer one for 1 ms. */
const maxTimerMs = 2 ** 31 - 1

/**
 * Checks options and fills in defaults. Nothing of the caller's object is kept or changed. `readUrl` is
 * called only without a `url`.
 *
 * @throws TypeError naming the option, what was expected and what came.
 */
export function resolveOptions(
  options: OrySessionOptions<never> = {},
  readUrl: () => string | undefined = () => undefined,
): Settings {
  const given = readMembers('options', options, optionNames) as Record<string, unknown>
  const of = (name: keyof typeof defaults): unknown =>
    given[name] === undefined ? defaults[name] : given[name]
  const whole = (name: keyof typeof defaults, min: number, max?: number): number =>
    checkNumber(name, of(name), { min, isWhole: true, ...(max === undefined ? {} : { max }) })
  const millis = (name: keyof typeof defaults, min: number): number =>
    checkNumber(name, of(name), { min, max: maxTimerMs })

  const url = checkOryUrl(given['url'] === undefined ? readUrl() : given['url'])
  const appUrl = given['appUrl'] === undefined ? undefined : checkAppUrl('appUrl', given['appUrl'])
  const cookieNames = checkCookieName(of('cookieName'))
  const settings: Settings = {
    url,
    browserUrl:
      given['browserUrl'] === undefined ? url : checkUrl('browserUrl', given['browserUrl']),
    appUrl,
    publicOrigin: appUrl?.origin,
    cookieNames,
    isSessionCookie: createCookieNameMatcher(cookieNames),
    sessionCookieCode: firstCode(cookieNames),
    tokenPrefix: checkTokenPrefix(of('tokenPrefix')),
    sources: checkSources(of('sources')),
    property: checkProperty(of('property')),
    cacheTtlMs: millis('cacheTtlMs', 0),
    cacheMaxSessions: whole('cacheMaxSessions', 1, mostSessions),
    cacheMaxBytes: whole('cacheMaxBytes', 1),
    refusalTtlMs: millis('refusalTtlMs', 0),
    refreshAhead: checkRefreshAhead(of('refreshAhead')),
    staleIfErrorMs: millis('staleIfErrorMs', 0),
    timeoutMs: millis('timeoutMs', 1),
    connections: whole('connections', 1, 65_535),
    readinessPath: checkReadinessPath(of('readinessPath')),
    dispatcher: checkDispatcher(given['dispatcher']),
    upstreamHeaders: checkUpstreamHeaders(of('upstreamHeaders')),
    trustedOrigins: checkTrustedOrigins(of('trustedOrigins')),
    isCrossSiteAllowed: checkOneOf('crossSite', of('crossSite'), ['refuse', 'allow']) === 'allow',
    isForwardingSetCookie: checkBoolean('forwardSetCookie', of('forwardSetCookie')),
    cacheControl: checkCacheControl(of('cacheControl')),
    realm: checkRealm(of('realm')),
    traitsSchema: checkTraitsSchema(given['traitsSchema']),
    onDenied:
      given['onDenied'] === undefined
        ? undefined
        : checkFunction('onDenied', given['onDenied'] as OnSessionDenied),
    clock: checkClock(of('clock')),
    fleet: checkStore(given['store'], given['storeSecret']),
    storeTimeoutMs: checkStoreTime('storeTimeoutMs', of('storeTimeoutMs')),
    storePollMs: checkStoreTime('storePollMs', of('storePollMs')),
  }
  if (settings.staleIfErrorMs > 0 && settings.cacheTtlMs === 0) {
    throw setupError(
      'ERR_ORY_OPTION_CONFLICT',
      'staleIfErrorMs must be 0 if cacheTtlMs is 0: without a cache nothing can be stale',
    )
  }
  if (settings.fleet !== undefined && settings.cacheTtlMs === 0) {
    throw setupError(
      'ERR_ORY_OPTION_CONFLICT',
      'store needs a cache: cacheTtlMs is 0, so nothing could be shared',
    )
  }
  return settings
}
