import type { SessionMiddleware } from 'express-ory-session'
import { createDenials } from '../../dist/esm/auth/create-errors.js'
import { createDecide } from '../../dist/esm/auth/decide.js'
import { resolvePolicy } from '../../dist/esm/auth/resolve-policy.js'
import { createCache } from '../../dist/esm/cache/session-cache.js'
import { createKeyer } from '../../dist/esm/credential/cache-key.js'
import { createPutHeaders } from '../../dist/esm/http/decision-headers.js'
import { createMiddleware } from '../../dist/esm/http/middleware.js'
import { createDeny } from '../../dist/esm/http/send-denial.js'
import { createVary } from '../../dist/esm/http/vary.js'
import { resolveOptions } from '../../dist/esm/options/resolve-options.js'
import { createUpstream } from '../../dist/esm/resilience/ask-ory.js'
import { createCounters } from '../../dist/esm/resilience/stats.js'

/** `requireSession()` as an instance makes it, but for the channels, which it does not have. */
export function unwired(url: string): SessionMiddleware {
  const settings = resolveOptions({ url, cacheTtlMs: 3_600_000 })
  const counters = createCounters()
  const upstream = createUpstream(settings)
  const cache = createCache(settings, upstream.whoami, counters)
  const denials = createDenials(settings, 0)
  const decide = createDecide({
    settings,
    cache,
    keyOf: createKeyer(),
    counters,
    denials,
    lacksSecondFactor: () => Promise.resolve(false),
    isClosed: () => false,
  })
  const deny = createDeny({ ...settings, instance: 0 }, counters, denials, upstream)
  const putHeaders = createPutHeaders(settings, createVary(settings.sources))
  const middleware = createMiddleware(settings, decide, deny, putHeaders)
  return middleware(resolvePolicy(undefined, settings), false)
}
