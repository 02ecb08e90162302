import { flowError } from './flow-error.js'
import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'

/** Where a browser goes when a page has done its work, or why it may not go there. */
export type ReturnUrl =
  { readonly url: string | undefined } | { readonly refusal: FakeAnswer; readonly url?: undefined }

export interface ReturnSettings {
  readonly allowedReturnUrls: readonly string[]
  readonly defaultBrowserReturnUrl?: string | undefined
  readonly publicUrl: string
}

/** Reads the `return_to` of a request, which must be allowed: `selfservice.allowed_return_urls`. */
export function readReturnUrl(request: FakeRequest, settings: ReturnSettings): ReturnUrl {
  const text = request.query.get('return_to') ?? ''
  if (text === '') return { url: undefined }
  const url = resolve(text, settings)
  if (url !== undefined && isAllowed(url, settings)) {
    return { url: URL.canParse(text) ? text : url.href }
  }
  const refusal = flowError(request, 400, {
    id: 'self_service_flow_return_to_forbidden',
    reason: `Requested return_to URL ${JSON.stringify(text)} is not allowed.`,
    message: 'The request was malformed or contained invalid parameters',
  })
  return { refusal }
}

/** What has no host is on the host of the default, and a path then begins with a slash. */
function resolve(text: string, settings: ReturnSettings): URL | undefined {
  if (URL.canParse(text)) return new URL(text)
  const { defaultBrowserReturnUrl, allowedReturnUrls, publicUrl } = settings
  const base = defaultBrowserReturnUrl ?? allowedReturnUrls[0] ?? publicUrl
  return text.startsWith('/') && URL.canParse(text, base) ? new URL(text, base) : undefined
}

function isAllowed(url: URL, { allowedReturnUrls, publicUrl }: ReturnSettings): boolean {
  if (liesBelow(url, `${publicUrl}/self-service/`)) return true
  if (allowedReturnUrls.length === 0) return isLoopback(url)
  return allowedReturnUrls.some((allowed) => liesBelow(url, allowed))
}

/** By scheme, host and the beginning of the path; `*.example.com` is any host below that domain. */
function liesBelow(url: URL, allowed: string): boolean {
  const { protocol, host, pathname } = new URL(allowed)
  const isHost = host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host
  return url.protocol === protocol && isHost && url.pathname.startsWith(pathname)
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return /^https?:$/.test(protocol) && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}
