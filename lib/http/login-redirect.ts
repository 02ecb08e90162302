import type { IncomingMessage } from 'node:http'
import type { SessionDenialCode, SessionError } from '../shared/session-error.js'
import { loginUrl, settingsUrl } from '../shared/ory-urls.js'
import { returnUrl } from '../shared/return-url.js'

export interface RedirectSettings {
  readonly browserUrl: URL
  readonly publicOrigin: string | undefined
}

const queries: Readonly<Partial<Record<SessionDenialCode, Readonly<Record<string, string>>>>> = {
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
  if (query === undefined || publicOrigin === undefined) return undefined
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!isRead || !wantsPage(request)) return undefined
  const returnTo = returnUrl(publicOrigin, targetOf(request))
  if (error.isSecondFactorMissing) {
    return { returnTo, location: settingsUrl(browserUrl, { return_to: returnTo }) }
  }
  const aal = error.requiredAal === undefined ? {} : { aal: error.requiredAal }
  return { returnTo, location: loginUrl(browserUrl, { return_to: returnTo, ...aal, ...query }) }
}

/**
 * Whether a browser asks for a page to show: by Fetch Metadata, or, from one without it, by what it
 * accepts first.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header
 */
export function wantsPage({ headers }: IncomingMessage): boolean {
  const destination = headers['sec-fetch-dest']
  if (destination !== undefined) return destination === 'document'
  const hasMetadata = 'sec-fetch-mode' in headers || 'sec-fetch-site' in headers
  return !hasMetadata && (headers.accept ?? '').toLowerCase().startsWith('text/html')
}

/** What was asked for. Express and Connect cut the mount path off `url`, not off `originalUrl`. */
function targetOf(request: IncomingMessage): string {
  const { originalUrl = request.url ?? '/' } = request as { originalUrl?: string }
  return originalUrl
}
