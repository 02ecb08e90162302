/** A route below a base URL, whose path prefix is kept. */
export function urlBelow(base: URL, route: string): string {
  return `${base.origin}${base.pathname === '/' ? '' : base.pathname}${route}`
}

/**
 * Where a browser starts to log in, or to step up.
 *
 * @see https://www.ory.com/docs/kratos/self-service/flows/user-login
 */
export function loginUrl(browserUrl: URL, query: Readonly<Record<string, string>>): string {
  return withQuery(urlBelow(browserUrl, '/self-service/login/browser'), query)
}

/**
 * Where a browser starts to change its settings, or to enrol a second factor.
 *
 * @see https://www.ory.com/docs/kratos/self-service/flows/user-settings
 */
export function settingsUrl(browserUrl: URL, query: Readonly<Record<string, string>>): string {
  return withQuery(urlBelow(browserUrl, '/self-service/settings/browser'), query)
}

/**
 * Where a browser ends its session.
 *
 * @see https://www.ory.com/docs/kratos/self-service/flows/user-logout
 */
export function logoutUrl(browserUrl: URL, token: string): string {
  return withQuery(urlBelow(browserUrl, '/self-service/logout'), { token })
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? url : `${url}?${text}`
}
