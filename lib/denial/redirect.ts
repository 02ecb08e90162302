import type { IncomingMessage } from 'node:http'
import type { DenialCode, SessionError } from './errors.js'
import { loginUrl } from './login-url.js'

export interface RedirectSettings {
  readonly browserUrl: URL
  readonly publicOrigin: string | undefined
}

/** Longest target that is returned to, in characters; a longer one leads to the start page. */
const maxTargetLength = 2048

const queries: Readonly<Partial<Record<DenialCode, Readonly<Record<string, string>>>>> = {
  session_missing: {},
  session_invalid: {},
  session_aal2_required: {},
  session_refresh_required: { refresh: 'true' },
}

/** Where a browser that was denied goes to, and where Ory sends it back to. */
export interface Redirect {
  readonly location: string
  readonly returnTo: string
}

/** The way to Ory's login, where a navigation was denied for something that a login can mend. */
export function redirectOf(
  error: SessionError,
  request: IncomingMessage,
  { browserUrl, publicOrigin }: RedirectSettings,
): Redirect | undefined {
  const query = queries[error.code]
  if (query === undefined || publicOrigin === undefined || !isNavigation(request)) return undefined
  const returnTo = returnUrl(publicOrigin, request)
  const aal = error.requiredAal === undefined ? {} : { aal: error.requiredAal }
  return { returnTo, location: loginUrl(browserUrl, { return_to: returnTo, ...aal, ...query }) }
}

/**
 * Whether a browser asks for a page to show: by Fetch Metadata, or, from one without it, by what it
 * accepts first.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header
 */
function isNavigation({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const destination = headers['sec-fetch-dest']
  if (destination !== undefined) return destination === 'document'
  const hasMetadata = 'sec-fetch-mode' in headers || 'sec-fetch-site' in headers
  return !hasMetadata && (headers.accept ?? '').toLowerCase().startsWith('text/html')
}

/** The URL that was asked for, on this application's own origin whatever the target looks like. */
function returnUrl(origin: string, request: IncomingMessage): string {
  // Express and Connect cut the mount path off `url` and keep the whole in `originalUrl`.
  const { originalUrl = request.url ?? '/' } = request as { originalUrl?: string }
  if (originalUrl.length > maxTargetLength) return `${origin}/`
  // The absolute form of RFC 9112 §3.2.2 names an authority; only what is behind it counts.
  const path = originalUrl.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  // Behind the slash that is put before it, nothing can be taken for another authority.
  return new URL(`${origin}/${path.replace(/^[/\\\s]+/, '')}`).href
}
