import type { ServerResponse } from 'node:http'
import type { Decision } from '../auth/decision.js'
import type { Settings } from '../options/resolve-options.js'
import { passCookieOn } from './renewed-cookie.js'
import type { Vary } from './vary.js'

/**
 * Puts on a response what a decision means for caches, and the cookie that Ory renewed. The cookie
 * goes to `head`, the response whose `writeHead` runs last, if that is another one.
 */
export type PutHeaders = (
  decision: Decision,
  response: ServerResponse,
  head?: ServerResponse,
) => void

export function createDecisionHeaders({ cacheControl }: Settings, vary: Vary): PutHeaders {
  return ({ error, setCookie }, response, head = response) => {
    vary(response)
    const isUnsaid = error === undefined && cacheControl !== false
    if (isUnsaid && response.getHeader('cache-control') === undefined) {
      response.setHeader('cache-control', cacheControl)
    }
    if (setCookie.length > 0) passCookieOn(head, setCookie, vary)
  }
}
