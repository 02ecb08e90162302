import { cookieMissingChannel } from '../shared/channels.js'
import type { OryCookieMissingEvent } from '../shared/channels.js'
import { SessionError } from '../shared/session-error.js'
import type { SessionDenialCode } from '../shared/session-error.js'

export interface LoopDenialSettings {
  /** The number of the instance. */
  readonly instance: number
  readonly appUrl: URL | undefined
  readonly browserUrl: URL
  readonly cookieNames: readonly (string | RegExp)[]
}

const details: Readonly<Partial<Record<SessionDenialCode, string>>> = {
  session_missing: 'The browser came back from the login without the session cookie.',
  session_invalid: 'The browser came back from the login without a valid session cookie.',
}

/**
 * Makes the denial that ends a redirect loop, and says once on a diagnostics channel what to look at:
 * mostly the cookie's domain or its name is set up wrongly, and then nobody can log in.
 */
export function createLoopDenial(
  settings: LoopDenialSettings,
): (error: SessionError) => SessionError {
  let isPublished = false

  function publish(code: SessionDenialCode, appUrl: URL): void {
    if (isPublished || !cookieMissingChannel.hasSubscribers) return
    isPublished = true
    const { host, hostname } = appUrl
    const oryHost = settings.browserUrl.host
    const cookieName = settings.cookieNames.map(String)
    const visits = `A browser came back to ${host} from the login at ${oryHost} several times`
    const message =
      code === 'session_missing'
        ? `${visits} without a session cookie named ${cookieName.join(' or ')}. Compare the option \
cookieName with the cookie that Ory sets, and see that Kratos' cookies.domain (session.cookie.domain, \
if that is set) covers ${hostname}. A login page of this application must have no guard in front.`
        : `${visits} with a session cookie that was refused. See that the options url and browserUrl \
are the same Ory, that no older cookie of that name is left for ${hostname}, and that a script that \
logs out follows the link to Ory.`
    const { instance } = settings
    const event: OryCookieMissingEvent = { instance, message, host, oryHost, cookieName }
    cookieMissingChannel.publish(event)
  }

  return (error) => {
    const detail = details[error.code]
    if (detail === undefined || settings.appUrl === undefined) return error
    publish(error.code, settings.appUrl)
    const { 'WWW-Authenticate': challenge } = error.headers
    const { redirectBrowserTo } = error
    return new SessionError(error.code, {
      detail,
      ...(challenge === undefined ? {} : { challenge }),
      ...(redirectBrowserTo === undefined ? {} : { redirectBrowserTo }),
    })
  }
}
