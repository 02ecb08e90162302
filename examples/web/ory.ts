import { createOrySession } from 'express-ory-session'
import type { OrySession } from 'express-ory-session'

// `Register`, which types `req.session`, is merged with in ../api/ory.ts for all of the examples.

export interface OryUrls {
  /** Ory, as this process reaches it. */
  readonly url: string
  /** Ory, as browsers reach it. */
  readonly browserUrl: string
  /** This application, as browsers see it. */
  readonly appUrl: string
}

/** Makes the application's one instance. What is no redirect goes to the application's error pages. */
export function createOry({ url, browserUrl, appUrl }: OryUrls): OrySession {
  return createOrySession({
    url,
    browserUrl,
    appUrl,
    onDenied: (error, _request, _response, next) => next(error),
  })
}
