// Server-sent events that end with the session: ORY_SDK_URL=https://<slug>.projects.oryapis.com node --import tsx examples/stream/server.ts
import express from 'express'
import type { AddressInfo } from 'node:net'
import { createOrySession } from 'express-ory-session'

const ory = createOrySession()
const app = express()

app.get('/events', ory.requireSession(), (req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  res.write(`data: ${JSON.stringify({ hello: req.session.identity.traits.email })}\n\n`)
  const timer = setInterval(
    () => res.write(`data: ${JSON.stringify({ now: Date.now() })}\n\n`),
    1_000,
  )

  // The browser connects again by itself, and gets the 401 then. Close it there on this event.
  const stop = ory.watch(req, {
    onEnd: ({ code }) => res.end(`event: session\ndata: ${JSON.stringify({ code })}\n\n`),
  })
  res.once('close', () => {
    stop()
    clearInterval(timer)
  })
})

app.post('/logout', ory.logout())

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/events`)
})
process.once('SIGTERM', () => {
  server.close(() => void ory.close())
  server.closeAllConnections()
})
