import type { SessionMiddleware } from '../../lib/http/middleware.js'
import { createExchange } from '../unit/support/exchange.js'
import type { Credential } from './call.js'
import { requestOf } from './users.js'

/** Sends a request to log out, and tells when it has been done. */
export function leave(
  handler: SessionMiddleware,
  credential: Credential,
  { onLeft, onError }: { onLeft: () => void; onError: (error: unknown) => void },
): void {
  const { request, response } = createExchange({
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', ...requestOf(credential).headers },
  })
  const end = response.end.bind(response)
  response.end = ((body: unknown) => {
    end(body)
    if (response.statusCode < 300) onLeft()
    return response
  }) as typeof response.end
  handler(request, response, onError)
}
