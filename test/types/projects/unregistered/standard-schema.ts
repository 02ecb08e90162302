import express from 'express'
import { createOrySession } from 'express-ory-session'
import type { OrySession, Session } from 'express-ory-session'
import { z } from 'zod'

const Traits = z.object({ email: z.email(), joined: z.iso.date().transform((at) => new Date(at)) })
type Traits = z.infer<typeof Traits>

const ory = createOrySession({ url: 'https://ory.example.com', traitsSchema: Traits })
export const instance: OrySession<Traits> = ory

ory.requireSession({ allow: (session) => session.identity.traits.joined.getTime() < 0 })
// @ts-expect-error -- what the schema puts out has no such member
ory.requireSession({ allow: (session) => session.identity.traits.name === 'x' })

export async function authenticated(): Promise<Session<Traits> | undefined> {
  const { session } = await ory.authenticate({ headers: {} })
  const email: string | undefined = session?.identity.traits.email
  const joined: Date | undefined = session?.identity.traits.joined
  // @ts-expect-error -- the output counts, not the input
  const input: string | undefined = session?.identity.traits.joined
  return email && joined && input ? session : undefined
}

// The middleware is the same for every framework, so `req` knows of traits by registration alone.
express().get('/', ory.requireSession(), (req) => {
  // @ts-expect-error -- not registered
  const email: string = req.session.identity.traits['email']
  return email
})
