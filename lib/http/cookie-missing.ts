import { channel } from 'node:diagnostics_channel'
import { SessionError } from '../shared/session-error.js'
import type { SessionDenialCode } from '../shared/session-error.js'

/** What a message on the channel `express-ory-session:cookie-missing` says. */
export interface OryCookieMissingEvent {
  readonly message: string
  /** The host of `appUrl`, to which the browser has to send the cookie. */
  readonly host: string
  /** The host of `browserUrl`, which sets the cookie. */
  readonly oryHost: string
  /** The option `cookieName`, as text. */
  readonly cookieName: readonly string[]
}

export interface CookieMissingSettings {
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
  settings: CookieMissingSettings,
): (error: SessionError) => SessionError {
  const events = channel('express-ory-session:cookie-missing')
  let isPublished = false

  function publish(appUrl: URL): void {
    if (isPublished || !events.hasSubscribers) return
    isPublished = true
    const host = appUrl.host
    const oryHost = settings.browserUrl.host
    const cookieName = settings.cookieNames.map(String)
    const message = `A browser came back to ${host} from the login at ${oryHost} several times \
without a session cookie named ${cookieName.join(' or ')}. Compare the option cookieName with the \
cookie that Ory sets, and see that Kratos' cookies.domain covers ${host}.`
    const event: OryCookieMissingEvent = { message, host, oryHost, cookieName }
    events.publish(event)
  }

  return (error) => {
    const detail = details[error.code]
    if (detail === undefined || settings.appUrl === undefined) return error
    publish(settings.appUrl)
    const { 'WWW-Authenticate': challenge } = error.headers
    const { redirectBrowserTo } = error
    return new SessionError(error.code, {
      detail,
      ...(challenge === undefined ? {} : { challenge }),
      ...(redirectBrowserTo === undefined ? {} : { redirectBrowserTo }),
    })
  }
}
