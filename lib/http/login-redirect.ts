import type { IncomingMessage } from 'node:http'
import type { SessionError } from '../shared/session-error.js'
import { returnLink } from '../shared/return-link.js'
import type { ReturnLink } from '../shared/return-link.js'
import { returnUrl } from '../shared/return-url.js'
import { isPrefetch, sentMethod, targetOf, wantsPage } from './navigation.js'

/**
 * The way to Ory for a navigation that was denied, if a page there can help: the denial's own link, and
 * the page that was asked for as the way back. A prefetch goes nowhere, because it would use up the
 * redirects of the click that may follow.
 */
export function redirectOf(
  error: SessionError,
  request: IncomingMessage,
  appUrl: URL | undefined,
): ReturnLink | undefined {
  if (error.redirectBrowserTo === undefined || appUrl === undefined) return undefined
  if (!isRead(request.method) || !isRead(sentMethod(request))) return undefined
  if (!wantsPage(request) || isPrefetch(request)) return undefined
  return returnLink(error.redirectBrowserTo, appUrl, returnUrl(appUrl, targetOf(request)))
}

function isRead(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD'
}
