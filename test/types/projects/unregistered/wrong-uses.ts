import express from 'express'
import { createOrySession, getSession, requireSession } from 'express-ory-session'
import type { Register, Session } from 'express-ory-session'

const ory = createOrySession({ url: 'https://ory.example.com' })

// @ts-expect-error -- an option that does not exist
createOrySession({ ttlMs: 1 })
// @ts-expect-error -- a number with its unit in a string
createOrySession({ cacheTtlMs: '10s' })
// @ts-expect-error -- a source that does not exist
createOrySession({ sources: ['query'] })
// @ts-expect-error -- neither of the two
createOrySession({ crossSite: 'deny' })
// @ts-expect-error -- `true` is no fraction
createOrySession({ refreshAhead: true })
// @ts-expect-error -- half a clock
createOrySession({ clock: { now: () => 0 } })
// @ts-expect-error -- not a Standard Schema
createOrySession({ traits: (traits: object) => traits })

// @ts-expect-error -- a level that does not exist
requireSession({ aal: 'aal4' })
// @ts-expect-error -- everybody has this one
requireSession({ aal: 'aal0' })
// @ts-expect-error -- a key that does not exist
requireSession({ maxAge: 900 })
// @ts-expect-error -- a predicate answers at once
requireSession({ allow: async (session) => session.identity.id === 'x' })
// @ts-expect-error -- a predicate answers yes or no
requireSession({ allow: (session) => session.identity.metadata_public })
// @ts-expect-error -- the predicate gets a session
requireSession({ allow: (session) => session.identity.emial === 'x' })
// @ts-expect-error -- what the predicate gets is a request, not its response
requireSession({ allow: (session, res: express.Response) => res.headersSent })
// @ts-expect-error -- for optionalSession alone
requireSession({ onUnavailable: 'anonymous' })
// @ts-expect-error -- not a policy
requireSession('aal2')
// @ts-expect-error -- a policy, not the request: requireSession() makes the middleware
express().get('/', (req, res, next) => requireSession(req, res, next))

express().get('/', ory.requireSession(), (req) => {
  // @ts-expect-error -- requests share a session
  req.session.id = 'x'
  // @ts-expect-error -- nor is its identity anybody's to change
  req.session.identity.id = 'x'
  // @ts-expect-error -- nor how it was authenticated
  req.session.authentication_methods = []
  // @ts-expect-error -- what whoami calls it is `expires_at`
  return req.session.expiresAt
})
express().get('/', (req) => {
  // @ts-expect-error -- the session is at `session` unless another name is registered
  return req.ory
})

export async function results(): Promise<void> {
  const answer = await ory.authenticate({ headers: {} })
  // @ts-expect-error -- there may be none
  answer.session.id
  // @ts-expect-error -- and here neither
  getSession({}).id
  // @ts-expect-error -- headers are where a credential is
  await ory.authenticate({ url: '/' })
  // @ts-expect-error -- which of the three?
  await ory.invalidate({})
  // @ts-expect-error -- an id is a string
  await ory.invalidate({ session: 7 })
}

declare const session: Session
// @ts-expect-error -- traits are unknown until they are registered or validated
export const email: string = session.identity.traits['email']
// @ts-expect-error -- a key of Register that does not exist
export type Nothing = Register['trait']
