import type { CookieJar } from './cookie-jar.js'
import type { CsrfCookie } from './csrf-cookie.js'
import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'
import type { ReadCaller } from './fake-caller.js'
import type { Login, SignedIn } from './fake-login.js'
import type { Settings } from './fake-options.js'
import { setCookie } from './fake-set-cookie.js'
import { seeOther } from './page.js'
import { lacksFactor, type OpenSession, type Registry } from './registry.js'

/** What every page works with. */
export interface Context {
  readonly registry: Registry
  readonly jar: CookieJar
  readonly csrf: CsrfCookie
  readonly login: Login
  readonly readCaller: ReadCaller
  readonly settings: Settings & { readonly publicUrl: string }
}

/** Sends a browser on with the cookie of a login, whose session it had before or not. */
export function sendSignedIn(
  { registry, settings, csrf }: Context,
  request: FakeRequest,
  { cookie, session }: SignedIn,
  location: string,
  before?: OpenSession,
): FakeAnswer {
  const value = cookie.slice(settings.cookieName.length + 1)
  const expiresAt = Date.parse(session.expires_at)
  const line = setCookie(settings.cookieName, value, expiresAt, registry.now().ms)
  const isSame = before?.identity.id === session.identity.id
  return seeOther(location, { 'Set-Cookie': isSame ? line : [...csrf.renew(request), line] })
}

/** Where a browser goes after its first factor: to the second if whoami would refuse it without. */
export function afterFirstFactor(
  context: Context,
  { token }: SignedIn,
  returnTo: string | undefined,
): string {
  const opened = context.registry.open(token)
  const isShort = opened !== undefined && lacksFactor(opened, context.settings.requiredAal)
  return isShort
    ? // Kratos sends a browser on by its base URL here, whichever host it came by.
      new URL(
        pathOf(context, '/login/browser', { aal: 'aal2', return_to: returnTo }),
        context.settings.publicUrl,
      ).href
    : (returnTo ?? defaultReturn(context))
}

/** A page of the fake as its own pages link to it: by the host that the browser has come by. */
export function pathOf(
  { settings }: Context,
  route: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  const search = new URLSearchParams(given).toString()
  return `${settings.basePath}/self-service${route}${search === '' ? '' : `?${search}`}`
}

/** Where a browser goes that brought no `return_to`. */
export function defaultReturn(context: Context): string {
  const { defaultBrowserReturnUrl, allowedReturnUrls } = context.settings
  return defaultBrowserReturnUrl ?? allowedReturnUrls[0] ?? pathOf(context, '/settings/browser')
}

/** What a person is called by. */
export function nameOf({ id, traits }: { readonly id: string; readonly traits: object }): string {
  const email = (traits as { email?: unknown } | null)?.email
  return typeof email === 'string' ? email : id
}
