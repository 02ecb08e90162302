// ORY_SDK_URL=https://<slug>.projects.oryapis.com METRICS_PORT=9464 node --import tsx examples/observability/server.ts
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createOrySession } from 'express-ory-session'
import { instrument } from 'express-ory-session/opentelemetry'
import { createAccessLog } from './access-log.js'
import { startLogging } from './logging.js'
import { startTelemetry } from './telemetry.js'

const { PORT = '3000', METRICS_PORT = '9464' } = process.env

const accessLog = createAccessLog()
const ory = createOrySession({ onDenied: accessLog.onDenied })
const telemetry = await startTelemetry(Number(METRICS_PORT))
const stopMetrics = instrument(ory, { meter: telemetry.meter })
startLogging()

const app = express()
app.use(accessLog.middleware)
app.get('/me', ory.requireSession(), (req, res) => res.json(req.session.identity.traits))

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`http://127.0.0.1:${String(port)}/me`)
  console.log(telemetry.url)
})

// At start-up: one line for each thing that an operator has to know.
for (const { name, outcome, means, fix } of await ory.check()) {
  if (outcome !== 'ok' && outcome !== 'skipped')
    console.log(`${outcome} ${name}: ${means} ${fix ?? ''}`)
}

process.once('SIGTERM', () => {
  stopMetrics()
  server.close(() => void Promise.all([ory.close(), telemetry.stop()]))
})
