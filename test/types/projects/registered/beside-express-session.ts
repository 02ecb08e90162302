// Both packages in one application: express-session keeps `req.session`, ours is `req.ory`.
import express from 'express'
import session from 'express-session'
import { createOrySession, getSession, requireSession } from 'express-ory-session'
import type { Session } from 'express-ory-session'
import type { Traits } from './register.js'

declare module 'express-session' {
  interface SessionData {
    basket: string[]
  }
}

const ory = createOrySession({ url: 'https://ory.example.com', property: 'ory' })

express()
  .use(session({ secret: 'x'.repeat(32) }))
  .use(ory.requireSession({ allow: ({ identity }) => identity.metadata_public?.role === 'admin' }))
  .get('/', (req, res, next) => {
    req.session.basket = ['a book']
    req.session.destroy(next)
    const traits: Traits = req.ory.identity.traits
    const role: 'admin' | 'member' | undefined = req.ory.identity.metadata_public?.role
    res.json({ traits, role, email: req.ory.identity.traits.email })
  })

express().get('/', requireSession(), (req) => {
  // @ts-expect-error -- that is express-session's, and has no identity
  req.session.identity
  // @ts-expect-error -- requests share a session
  req.ory.id = 'x'
  // @ts-expect-error -- not a registered trait
  req.ory.identity.traits.phone
  // @ts-expect-error -- not a registered role
  return req.ory.identity.metadata_public?.role === 'owner'
})

export const email = (req: express.Request): string | undefined =>
  getSession(req)?.identity.traits.email
export const first = (of: Session): string => of.identity.traits.name.first
// @ts-expect-error -- registered as perhaps missing
export const last = (of: Session): string => of.identity.traits.name.last
