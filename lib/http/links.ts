import { loginUrl, settingsUrl } from '../shared/ory-urls.js'
import { returnUrl } from '../shared/return-url.js'
import { checkBoolean, readMembers, checkOneOf } from '../options/validators.js'
import { appUrlMissing, invalidOption } from '../shared/invalid-option.js'
import type { Settings } from '../options/resolve-options.js'

/** Where Ory sends a browser afterwards. */
export interface SessionReturnTo {
  /**
   * A path of this application, or a URL of which only the path counts: it always leads to
   * `appUrl`, so it may come from a request. Default what Ory is configured to.
   */
  readonly returnTo?: string | undefined
}

/** What a link to Ory's login asks for. */
export interface SessionLoginLink extends SessionReturnTo {
  /** Steps up to a second factor. */
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
    loginUrl(link = {}) {
      const {
        returnTo,
        aal,
        refresh = false,
      } = readMembers('loginUrl', link, ['returnTo', 'aal', 'refresh'])
      if (aal !== undefined) checkOneOf('loginUrl.aal', aal, ['aal1', 'aal2', 'aal3'])
      return loginUrl(settings.browserUrl, {
        ...returnQuery(returnTo, settings),
        ...(aal === undefined ? {} : { aal }),
        ...(checkBoolean('loginUrl.refresh', refresh) ? { refresh: 'true' } : {}),
      })
    },
    settingsUrl(link = {}) {
      const { returnTo } = readMembers('settingsUrl', link, ['returnTo'])
      return settingsUrl(settings.browserUrl, returnQuery(returnTo, settings))
    },
  }
}

/** The `return_to` of a link, if there is one. */
export function returnQuery(
  returnTo: SessionReturnTo['returnTo'],
  { publicOrigin }: Settings,
): Readonly<Record<string, string>> {
  if (returnTo === undefined) return {}
  if (typeof returnTo !== 'string') throw invalidOption('returnTo', 'a path', returnTo)
  if (publicOrigin === undefined) throw appUrlMissing('returnTo')
  return { return_to: returnUrl(publicOrigin, returnTo) }
}
