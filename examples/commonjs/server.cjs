// CommonJS and Express 4: ORY_SDK_URL=https://<slug>.projects.oryapis.com node examples/commonjs/server.cjs
'use strict'

// Express 4, under the name that this repository has it by; yours is called express.
const express = require('express4')
const { requireSession, optionalSession, getSession } = require('express-ory-session')

const app = express()

app.get('/', optionalSession(), function (req, res) {
  const session = getSession(req)
  res.json({ hello: session ? session.identity.traits.email : 'guest' })
})

app.get('/me', requireSession(), function (req, res) {
  res.json(req.session.identity.traits)
})

app.post('/transfer', requireSession({ aal: 'aal2' }), function (req, res) {
  res.json({ from: req.session.identity.id })
})

const server = app.listen(Number(process.env.PORT || 3000), '127.0.0.1', function () {
  console.log(`http://127.0.0.1:${server.address().port}/me`)
})

process.once('SIGTERM', function () {
  server.close()
})
