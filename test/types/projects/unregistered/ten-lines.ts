// What the package is in one breath, word for word.
import express from 'express'
import { createOrySession } from 'express-ory-session'
import type { RequestHandler } from 'express'

declare const transfer: RequestHandler
declare const home: RequestHandler

const ory = createOrySession({ url: 'https://playground.projects.oryapis.com' })
const app = express()

app.get('/me', ory.requireSession(), (req, res) => res.json(req.session.identity.traits))
app.post('/transfer', ory.requireSession({ aal: 'aal2', maxAgeMs: 15 * 60_000 }), transfer)
app.get('/', ory.optionalSession(), home)
