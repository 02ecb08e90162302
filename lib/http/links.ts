import { loginUrl, settingsUrl } from '../shared/ory-urls.js'
import { returnLink } from '../shared/return-link.js'
import { returnUrl } from '../shared/return-url.js'
import { checkBoolean, checkOneOf, isPlainObject, readMembers } from '../options/validators.js'
import { appUrlMissing, invalidOption } from '../shared/invalid-option.js'
import type { Settings } from '../options/resolve-options.js'

/** What a query string holds under a name, as Express' `req.query` has it. */
export type SessionReturnValue =
  | string
  | null
  | readonly SessionReturnValue[]
  | { readonly [name: string]: SessionReturnValue | undefined }

/** Where Ory sends a browser afterwards. */
export interface SessionReturnTo {
  /**
   * A path of this application, or a URL of which only the path counts: it always leads below
   * `appUrl`, so it may come from a request, as `req.query.returnTo`. Of a list the first counts; an
   * object and `null` count as none. Default what Ory is configured to.
   */
  readonly returnTo?: SessionReturnValue | undefined
}

/** What a link to Ory's login asks for. */
export interface SessionLoginLink extends SessionReturnTo {
  /** The level that the login is to reach; `'aal2'` asks for a second factor. Default `'aal1'`, by Ory. */
  readonly aal?: 'aal1' | 'aal2' | 'aal3' | undefined
  /** `true`: log in again, although there is a session. Default `false`. */
  readonly refresh?: boolean | undefined
}

/** Links to Ory's pages, for browsers. */
export interface SessionLinks {
  /**
   * The link to Ory's login.
   *
   * @throws TypeError for a key that is not as documented, and for `returnTo` without `appUrl`
   * @see https://www.ory.com/docs/kratos/self-service/flows/user-login
   */
  loginUrl(link?: SessionLoginLink): string
  /**
   * The link to Ory's settings, where a second factor is enrolled.
   *
   * @throws TypeError for a key that is not as documented, and for `returnTo` without `appUrl`
   * @see https://www.ory.com/docs/kratos/self-service/flows/user-settings
   */
  settingsUrl(link?: SessionReturnTo): string
}

export function createLinks(settings: Settings): SessionLinks {
  return {
    loginUrl(options = {}) {
      const {
        returnTo,
        aal,
        refresh = false,
      } = readMembers('loginUrl', options, ['returnTo', 'aal', 'refresh'])
      if (aal !== undefined) checkOneOf('loginUrl.aal', aal, ['aal1', 'aal2', 'aal3'])
      const link = loginUrl(settings.browserUrl, {
        ...(aal === undefined ? {} : { aal }),
        ...(checkBoolean('loginUrl.refresh', refresh) ? { refresh: 'true' } : {}),
      })
      return withReturn(link, pageOf(returnTo, settings), settings)
    },
    settingsUrl(link = {}) {
      const { returnTo } = readMembers('settingsUrl', link, ['returnTo'])
      const url = settingsUrl(settings.browserUrl, {})
      return withReturn(url, pageOf(returnTo, settings), settings)
    },
  }
}

/**
 * The URL of the page that a link leads back to, if there is one.
 *
 * @throws TypeError for `returnTo` of another type, and without `appUrl`
 */
export function pageOf(returnTo: unknown, { appUrl }: Settings): string | undefined {
  let first = returnTo
  // What `?returnTo[0][0]=a` becomes is a list in a list.
  while (Array.isArray(first)) first = first[0] as unknown
  // What `?returnTo[a]=b` becomes is no page, and no reason to fail.
  if (first === undefined || first === null || isPlainObject(first)) return undefined
  if (typeof first !== 'string') {
    throw invalidOption('returnTo', 'a path, or a list of paths', first)
  }
  if (appUrl === undefined) throw appUrlMissing('returnTo')
  return returnUrl(appUrl, first)
}

/** A link to Ory, and behind it the page that it leads back to. */
export function withReturn(url: string, page: string | undefined, { appUrl }: Settings): string {
  return page === undefined || appUrl === undefined ? url : returnLink(url, appUrl, page).location
}
