// Each key of Register stands alone: here the property keeps its name.
import express from 'express'
import { createOrySession } from 'express-ory-session'
import { z } from 'zod'

const Traits = z.object({ email: z.email() })

declare module 'express-ory-session' {
  interface Register {
    traits: z.infer<typeof Traits>
  }
}

const ory = createOrySession({ url: 'https://ory.example.com', traitsSchema: Traits })

express().get('/', ory.requireSession(), (req, res) => {
  const email: string = req.session.identity.traits.email
  const plan: unknown = req.session.identity.metadata_public?.['plan']
  res.json({ email, plan })
})

const other = createOrySession({ traitsSchema: z.object({ email: z.number() }) })
// @ts-expect-error -- the schema puts out something else than is registered
other.requireSession({ allow: takesString })
function takesString(session: { identity: { traits: { email: string } } }): boolean {
  return session.identity.traits.email !== ''
}
