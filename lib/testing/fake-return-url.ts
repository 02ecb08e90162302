import { flowError } from './flow-error.js'
import type { FakeAnswer } from './fake-answer.js'
import type { FakeRequest } from './fake-request.js'

/** Where a browser goes when a page has done its work, or why it may not go there. */
export type ReturnUrl =
  { readonly url: string | undefined } | { readonly refusal: FakeAnswer; readonly url?: undefined }

export interface ReturnSettings {
  readonly allowedReturnUrls: readonly string[]
  readonly publicUrl: string
}

/** Reads the `return_to` of a request, which must be allowed: `selfservice.allowed_return_urls`. */
export function readReturnUrl(request: FakeRequest, settings: ReturnSettings): ReturnUrl {
  const url = request.query.get('return_to') ?? ''
  if (url === '') return { url: undefined }
  if (isAllowed(url, settings)) return { url }
  const refusal = flowError(request, 400, {
    id: 'self_service_flow_return_to_forbidden',
    reason: `Requested return_to URL ${JSON.stringify(url)} is not allowed.`,
    message: 'The request was malformed or contained invalid parameters',
  })
  return { refusal }
}

function isAllowed(text: string, { allowedReturnUrls, publicUrl }: ReturnSettings): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  if (liesBelow(url, `${publicUrl}/self-service/`)) return true
  if (allowedReturnUrls.length === 0) return isLoopback(url)
  return allowedReturnUrls.some((allowed) => liesBelow(url, allowed))
}

/** By scheme, host and the beginning of the path. */
function liesBelow(url: URL, allowed: string): boolean {
  const { origin, pathname } = new URL(allowed)
  return url.origin === origin && url.pathname.startsWith(pathname)
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return /^https?:$/.test(protocol) && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}
