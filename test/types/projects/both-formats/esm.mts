import express from 'express'
import { requireSession } from 'express-ory-session'

export const app = express().get('/', requireSession(), (req, res) => {
  res.json(req.session.identity.id)
})
