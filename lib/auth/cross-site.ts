import type { IncomingHttpHeaders } from 'node:http'
import { peek } from '../shared/peek.js'

export interface CrossSiteSettings {
  readonly publicOrigin: string | undefined
  readonly trustedOrigins: ReadonlySet<string>
}

interface CrossSiteRequest {
  readonly headers: IncomingHttpHeaders
  readonly method?: string | undefined
  /** The method that came, if method-override has put another one. */
  readonly originalMethod?: string | undefined
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Whether a method changes nothing (RFC 9110 §9.2.1). A request without one counts as GET. */
export function isSafe(method = 'GET'): boolean {
  return safeMethods.has(method)
}

/** Tells whether another site makes a browser send a request that may change something. */
export function isCrossSite(request: CrossSiteRequest, settings: CrossSiteSettings): boolean {
  return comesFromElsewhere(peek(request, 'headers'), settings) && mayChangeSomething(request)
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
  if (isTrusted(origin, settings) || isPublicOrigin(origin, settings)) return false
  if (site !== undefined) return true
  // Without `appUrl` the host that the browser asked for is the best there is; another site
  // can't set it.
  return settings.publicOrigin !== undefined || !isOwnOrigin(origin, headers)
}

function isTrusted(origin: string, { trustedOrigins }: CrossSiteSettings): boolean {
  return trustedOrigins.has(origin) || trustedOrigins.has(webOrigin(origin) ?? '')
}

function isPublicOrigin(origin: string, { publicOrigin }: CrossSiteSettings): boolean {
  return publicOrigin !== undefined && isSameOrigin(origin, publicOrigin)
}

function isOwnOrigin(origin: string, headers: IncomingHttpHeaders): boolean {
  // HTTP/2 has the host in a pseudo-header.
  const host = headers.host ?? headers[':authority']
  const scheme = /^[^/]*\/\//.exec(origin)?.[0]
  return scheme !== undefined && isSameOrigin(origin, `${scheme}${String(host)}`)
}

/** The scheme and the authority of a web page, and no more. An app's own scheme may have any host. */
const originPattern = /^https?:\/\/[\w.\-:[\]]+$/i

/** Compares origins as RFC 6454 §5 does: a default port that is written out is no difference. */
function isSameOrigin(one: string, other: string): boolean {
  const first = webOrigin(one)
  return first !== undefined && first === webOrigin(other)
}

function webOrigin(text: string): string | undefined {
  return originPattern.test(text) && URL.canParse(text) ? new URL(text).origin : undefined
}
