import type { IncomingHttpHeaders } from 'node:http'

export interface CrossSiteSettings {
  readonly publicOrigin: string | undefined
  readonly trustedOrigins: ReadonlySet<string>
}

interface CrossSiteRequest {
  readonly headers: IncomingHttpHeaders
  readonly method?: string | undefined
  /** What came, where method-override has put another method. */
  readonly originalMethod?: string | undefined
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Whether a method changes nothing (RFC 9110 §9.2.1). A request without one counts as GET. */
export function isSafe(method = 'GET'): boolean {
  return safeMethods.has(method)
}

/** Tells whether another site makes a browser send a request that may change something. */
export function isCrossSite(request: CrossSiteRequest, settings: CrossSiteSettings): boolean {
  return comesFromElsewhere(request.headers, settings) && mayChangeSomething(request)
}

function mayChangeSomething({ method, originalMethod, headers }: CrossSiteRequest): boolean {
  // A WebSocket's handshake is a GET, but what follows can change anything, and no CORS guards it.
  const isHandshake =
    String(headers.upgrade).toLowerCase() === 'websocket' ||
    headers['sec-fetch-mode'] === 'websocket'
  return isHandshake || !isSafe(method) || !isSafe(originalMethod)
}

/**
 * Tells whether a request comes from another site: Fetch Metadata calls it cross-site, or, from a
 * browser without it, its `Origin` is not this application's. A request with neither header is not
 * a browser's.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function comesFromElsewhere(
  headers: IncomingHttpHeaders,
  settings: CrossSiteSettings,
): boolean {
  const { origin } = headers
  const site = headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'same-site' || site === 'none') return false
  if (origin === undefined) return site !== undefined
  if (settings.trustedOrigins.has(origin) || origin === settings.publicOrigin) return false
  if (site !== undefined) return true
  // Without `appUrl` the host that the browser asked for is the best there is; another site
  // can't set it.
  return settings.publicOrigin !== undefined || !isOwnOrigin(origin, headers)
}

function isOwnOrigin(origin: string, headers: IncomingHttpHeaders): boolean {
  // HTTP/2 has the host in a pseudo-header.
  const host = headers.host ?? headers[':authority']
  if (typeof host !== 'string' || !URL.canParse(origin)) return false
  return new URL(origin).host === host.toLowerCase()
}
