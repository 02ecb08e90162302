import type { SessionMiddleware } from 'express-ory-session'
import { createDenialErrors } from '../../dist/esm/auth/denial-errors.js'
import { createDecide } from '../../dist/esm/auth/decide.js'
import { resolvePolicy } from '../../dist/esm/auth/resolve-policy.js'
import { createSessionCache } from '../../dist/esm/cache/session-cache.js'
import { createCacheKey } from '../../dist/esm/credential/cache-key.js'
import { createDecisionHeaders } from '../../dist/esm/http/decision-headers.js'
import { createMiddleware } from '../../dist/esm/http/middleware.js'
import { createDeny } from '../../dist/esm/http/deny.js'
import { createVary } from '../../dist/esm/http/vary.js'
import { resolveOptions } from '../../dist/esm/options/resolve-options.js'
import { createUpstream } from '../../dist/esm/resilience/upstream.js'
import { createCounters } from '../../dist/esm/resilience/counters.js'

/** `requireSession()` as an instance makes it, but for the channels, which it does not have. */
export function unwired(url: string): SessionMiddleware {
  const settings = resolveOptions({ url, cacheTtlMs: 3_600_000 })
  const counters = createCounters()
  const upstream = createUpstream(settings)
  const cache = createSessionCache(settings, upstream.whoami, counters)
  const errors = createDenialErrors(settings, 0)
  const decide = createDecide({
    settings,
    cache,
    keyOf: createCacheKey(),
    counters,
    errors,
    enrolment: { lacksSecondFactor: () => Promise.resolve(false), forget: () => undefined },
    isClosed: () => false,
  })
  const deny = createDeny({ ...settings, instance: 0 }, counters, errors, upstream)
  const putHeaders = createDecisionHeaders(settings, createVary(settings.sources))
  const middleware = createMiddleware(settings, decide, deny, putHeaders)
  return middleware(resolvePolicy(undefined, settings), false)
}
