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
  const parameters = new URLSearchParams(query).toString()
  const path = urlBelow(browserUrl, '/self-service/login/browser')
  return parameters === '' ? path : `${path}?${parameters}`
}
