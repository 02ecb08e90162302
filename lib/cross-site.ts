import type { IncomingHttpHeaders } from 'node:http'

export interface CrossSiteSettings {
  readonly publicOrigin: string | undefined
  readonly trustedOrigins: ReadonlySet<string>
}

interface CrossSiteRequest {
  readonly headers: IncomingHttpHeaders
  readonly method?: string | undefined
}

// RFC 9110 §9.2.1.
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/**
 * Tells whether another site makes a browser send this request: an unsafe method that Fetch Metadata
 * calls cross-site, or, from a browser without it, one whose `Origin` is not this application's.
 * A request with neither header is not a browser's.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function isCrossSite(request: CrossSiteRequest, settings: CrossSiteSettings): boolean {
  if (safeMethods.has(request.method ?? 'GET')) return false
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'same-site' || site === 'none') return false
  if (origin === undefined) return site !== undefined
  if (settings.trustedOrigins.has(origin) || origin === settings.publicOrigin) return false
  if (site !== undefined) return true
  // Without `publicUrl` the host that the browser asked for is the best there is; another site
  // can't set it.
  return settings.publicOrigin !== undefined || !isOwnOrigin(origin, request.headers)
}

function isOwnOrigin(origin: string, headers: IncomingHttpHeaders): boolean {
  // HTTP/2 has the host in a pseudo-header.
  const host = headers.host ?? headers[':authority']
  if (typeof host !== 'string' || !URL.canParse(origin)) return false
  return new URL(origin).host === host.toLowerCase()
}
