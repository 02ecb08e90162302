import type { RequestHandler } from 'express'

/** Makes middleware that sets what browsers should know of every page. */
export function createSecurityHeaders(oryOrigin: string): RequestHandler {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // A form may be answered with a redirect to Ory: logging out is.
    `form-action 'self' ${oryOrigin}`,
  ].join('; ')
  return (_req, res, next) => {
    res.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
    })
    next()
  }
}
