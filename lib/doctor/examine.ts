import { resolveOptions } from '../options/resolve-options.js'
import type { OrySessionOptions } from '../options/options.js'
import type { Arguments } from './arguments.js'
import { connectStore } from './connect-store.js'
import type { OryCheck } from './check.js'
import { logNameOf } from '../store/keyring.js'
import { checkOry } from './check-ory.js'
import { readSessionVariable } from './session-variable.js'

/** A slow Ory is to be measured, and not to be cut off. In milliseconds. */
const patienceMs = 10_000

/** The variables of an application that the doctor reads. */
export type Variables = Readonly<Record<string, string | undefined>>

/**
 * Examines the Ory that arguments and variables name.
 *
 * @throws TypeError for an option that is not as documented
 */
export async function examine(
  given: Arguments,
  variables: Variables,
): Promise<readonly OryCheck[]> {
  if (!given.url && !variables['ORY_SDK_URL']) {
    throw new TypeError(
      'name the Ory project URL or Kratos public URL by --url or ORY_SDK_URL, e.g. --url http://127.0.0.1:4433',
    )
  }
  const settings = resolveOptions(optionsOf(given, variables), () => variables['ORY_SDK_URL'])
  // REDIS_URL alone may be for something else.
  const shared =
    said(variables['ORY_STORE_SECRET']) === undefined ? undefined : said(variables['REDIS_URL'])
  const store = await connectStore(given.store, shared, {
    storeTimeoutMs: settings.storeTimeoutMs,
    logName: logNameOf(settings.url.href),
  })
  try {
    const tried = readSessionVariable(variables, settings)
    return await checkOry(settings, { ...tried, patienceMs, store: store?.probe })
  } finally {
    store?.close()
  }
}

/** A variable that is set to nothing is none. */
function said(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable
}

function optionsOf(given: Arguments, variables: Variables): OrySessionOptions<never> {
  const {
    url,
    appUrl = said(variables['APP_URL']),
    browserUrl = said(variables['ORY_BROWSER_URL']),
    cookieNames,
    readinessPath,
  } = given
  return {
    url,
    appUrl,
    browserUrl,
    ...(cookieNames.length === 0 ? {} : { cookieName: cookieNames }),
    ...(readinessPath === undefined
      ? {}
      : { readinessPath: readinessPath === 'false' ? false : readinessPath }),
  }
}

/** The exit status that checks amount to: 0 all is well, 1 something is wrong, 2 could not be asked. */
export function exitStatus(checks: readonly OryCheck[]): 0 | 1 | 2 {
  if (checks.some(({ outcome }) => outcome === 'wrong')) return 1
  return checks.some(({ outcome }) => outcome === 'unasked') ? 2 : 0
}
