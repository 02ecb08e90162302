import type { RequestHandler } from 'express'

/** Makes middleware that sets what browsers should know of every page. */
export function createSecurityHeaders(): RequestHandler {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // Ory needs no entry: the form that logs out is answered with a page that goes on by itself.
    "form-action 'self'",
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
