import type { AddressInfo } from 'node:net'
import { createApp } from './app.js'
import { createFakeBackend } from './fake-backend.js'
import { createOry } from './ory.js'
import { createRealBackend } from './real-backend.js'

const { ORY_SDK_URL, PORT = '3000', HOST = '127.0.0.1' } = process.env
/** How long requests under way may take when the process is asked to end, in milliseconds. */
const graceMs = 10_000

if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) {
  fail(`PORT must be from 0 to 65535; got ${PORT}`)
}

const backend = ORY_SDK_URL ? createRealBackend(ORY_SDK_URL) : await createFakeBackend()
const ory = createOry(backend.url)
const server = createApp(ory).listen(Number(PORT), HOST, (error) => {
  if (error) fail(whyNot(error))
  const { port } = server.address() as AddressInfo
  console.log(backend.guide(`http://${HOST}:${port}`))
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop())

/** Lets the requests under way finish, then what they rest on. */
function stop(): void {
  setTimeout(() => fail(`Requests still under way after ${graceMs} ms`), graceMs).unref()
  // A connection whose request has ended would be kept for the next one.
  server.keepAliveTimeout = 1
  server.close(() => void Promise.all([ory.close(), backend.close()]))
}

function whyNot(error: NodeJS.ErrnoException): string {
  if (error.code !== 'EADDRINUSE') return `The API cannot listen: ${error.message}`
  return `Port ${PORT} is taken. Choose another: PORT=${Number(PORT) + 1} npm start`
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
