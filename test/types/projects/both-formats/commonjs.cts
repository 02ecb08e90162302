import express = require('express')
import library = require('express-ory-session')

const app = express().get('/', library.requireSession(), (req, res) => {
  res.json(req.session.identity.id)
})

export = app
