// Two packages want `req.session`, and no other property is registered: TypeScript says so.
import express from 'express'
import session from 'express-session'
import { requireSession } from 'express-ory-session'

express().use(session({ secret: 'x'.repeat(32) }), requireSession())
