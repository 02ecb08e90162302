import type { IncomingMessage } from 'node:http'

/**
 * Whether a browser asks for a page to show: by Fetch Metadata, or, from one without it, by what it
 * accepts first. A service worker that passes a navigation on loses its destination, not its mode.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header
 */
export function wantsPage({ headers }: IncomingMessage): boolean {
  const destination = headers['sec-fetch-dest']
  const mode = headers['sec-fetch-mode']
  // A script can set neither header, and the destination of its calls is never a document.
  if (destination === 'document') return true
  if (mode !== undefined && mode !== 'navigate') return false
  if (mode === 'navigate') return destination === undefined || destination === 'empty'
  const hasMetadata = destination !== undefined || 'sec-fetch-site' in headers
  return !hasMetadata && (headers.accept ?? '').toLowerCase().startsWith('text/html')
}

/**
 * Whether a browser only fetches ahead what its user may open later. Such a request must change
 * nothing.
 *
 * @see https://wicg.github.io/nav-speculation/prefetch.html#sec-purpose-header
 */
export function isPrefetch({ headers }: IncomingMessage): boolean {
  const purposes = [
    headers['sec-purpose'],
    headers['purpose'],
    headers['x-purpose'],
    headers['x-moz'],
  ]
  return purposes.some((purpose) => /prefetch|prerender|preview/i.test(String(purpose ?? '')))
}

/** The method that came, also if method-override has put another one on the request. */
export function sentMethod(request: IncomingMessage): string | undefined {
  const { originalMethod = request.method } = request as { originalMethod?: string }
  return originalMethod
}

/** What was asked for. Express and Connect cut the mount path off `url`, not off `originalUrl`. */
export function targetOf(request: IncomingMessage): string {
  const { originalUrl = request.url ?? '/' } = request as { originalUrl?: string }
  return originalUrl
}
