import { createOrySession } from 'express-ory-session'
import type { OrySession } from 'express-ory-session'

declare module 'express-ory-session' {
  interface Register {
    traits: { email?: string }
    // Users can edit their traits, so roles stand in the metadata.
    metadataPublic: { role?: 'admin' }
  }
}

/** Makes the application's one instance. Its denials go to the application's error handler. */
export function createOry(url: string): OrySession {
  return createOrySession({ url, onDenied: (error, _request, _response, next) => next(error) })
}
