import type { FakeAnswer } from './fake-answer.js'
import type { ReadCaller } from './fake-caller.js'
import type { CookieJar } from './cookie-jar.js'
import type { Login, SignedIn } from './fake-login.js'
import type { Settings } from './fake-options.js'
import { seeOther } from './page.js'
import type { Registry } from './registry.js'
import { setCookie } from './fake-set-cookie.js'

/** What every page works with. */
export interface Context {
  readonly registry: Registry
  readonly jar: CookieJar
  readonly login: Login
  readonly readCaller: ReadCaller
  readonly settings: Settings & { readonly publicUrl: string }
}

/** Sends a browser on with the cookie of whoever has just signed in. */
export function sendSignedIn(
  { registry, settings }: Context,
  { cookie, session }: SignedIn,
  location: string,
): FakeAnswer {
  const value = cookie.slice(settings.cookieName.length + 1)
  const expiresAt = Date.parse(session.expires_at)
  const line = setCookie(settings.cookieName, value, expiresAt, registry.now().ms)
  return seeOther(location, { 'Set-Cookie': line })
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

/** Where a browser goes that has not said where it wants to. */
export function defaultReturn(context: Context): string {
  return context.settings.allowedReturnUrls[0] ?? pathOf(context, '/settings/browser')
}

/** What a person is called by. */
export function nameOf({ id, traits }: { readonly id: string; readonly traits: object }): string {
  const { email } = traits as { email?: unknown }
  return typeof email === 'string' ? email : id
}
