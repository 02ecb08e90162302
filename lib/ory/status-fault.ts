import { Fault } from '../shared/fault.js'
import { readSeconds } from './response.js'
import type { Reply } from './response.js'

/**
 * The fault that a status is which the route does not have.
 *
 * @see https://www.ory.com/docs/guides/rate-limits
 */
export function unexpectedStatus(reply: Reply): Fault {
  const { status } = reply
  if (status === 429) return new Fault('rate_limited', '', secondsUntilReset(reply))
  return new Fault(status >= 500 ? 'server_error' : 'status', String(status))
}

function secondsUntilReset({ headers }: Reply): number | undefined {
  return readSeconds(headers['x-ratelimit-reset'] ?? headers['retry-after'])
}
