import { subscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFakeOry } from 'express-ory-session/testing'
import { createApp } from './app.js'
import { createOry } from './ory.js'

const { ORY_SDK_URL, ORY_BROWSER_URL, PORT = '3000', HOST = '127.0.0.1' } = process.env
// Some hosts say it by a name of their own.
const { APP_URL = process.env['PUBLIC_URL'] } = process.env
/** How long requests under way may take when the process is asked to end, in milliseconds. */
const graceMs = 10_000

if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) {
  fail(`PORT must be from 0 to 65535; got ${PORT}`)
}

// Both say once what to set up otherwise: Ory can't be reached, or its cookie never arrives.
for (const name of ['setup', 'cookie-missing']) {
  subscribe(`express-ory-session:${name}`, (event) => {
    console.error((event as { message: string }).message)
  })
}

const fake = ORY_SDK_URL ? undefined : await createFakeOry()
fake?.signIn({ traits: { email: 'ada@example.com' }, secondFactor: true })
fake?.signIn({ traits: { email: 'bob@example.com' } })

const server = createServer().listen(Number(PORT), HOST)
server.once('error', (error: NodeJS.ErrnoException) => {
  const isTaken = error.code === 'EADDRINUSE'
  const hint = `Port ${PORT} is taken. Choose another: PORT=${Number(PORT) + 1} npm run start:web`
  fail(isTaken ? hint : `The application cannot listen: ${error.message}`)
})
server.once('listening', () => {
  const { port } = server.address() as AddressInfo
  const appUrl = APP_URL ?? `http://${HOST}:${port}`
  const url = fake?.url ?? ORY_SDK_URL ?? ''
  // Only now is it known where browsers have to come back to.
  const browserUrl = fake === undefined ? (ORY_BROWSER_URL ?? url) : url
  const ory = createOry({ url, browserUrl, appUrl })
  server.on('request', createApp(ory))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(ory))
  console.log(fake === undefined ? realGuide(appUrl, browserUrl) : fakeGuide(appUrl, url))
})

/** Lets the requests under way finish, then what they rest on. */
function stop(ory: { close(): Promise<void> }): void {
  setTimeout(() => fail(`Requests still under way after ${graceMs} ms`), graceMs).unref()
  server.close(() => void Promise.all([ory.close(), fake?.close()]))
  // A browser keeps connections for its next request.
  server.closeIdleConnections()
}

function fakeGuide(app: string, url: string): string {
  return `
The application is at ${app}. Open it in a browser.
Ory is a fake one, at ${url}, which knows Ada, who has a second factor, and Bob, who has none.
Its login page asks for no password. Ctrl-C ends both.
With an Ory of your own: ORY_SDK_URL=http://127.0.0.1:4433 npm run start:web
`
}

function realGuide(app: string, url: string): string {
  return `
The application is at ${app}, and Ory at ${url}. Open it in a browser.

- ${app} must be among selfservice.allowed_return_urls in Ory's configuration.
- Ory must be seen by the browser on the same host, or a parent domain of both must be the domain of
  Ory's cookie. For an Ory Network project, \`ory tunnel --dev ${app}\` puts it on localhost:4000.
- /vault needs session.whoami.required_aal: aal1 in Ory's configuration, or everybody who has a
  second factor is asked for it on every page.

Ctrl-C ends it.
`
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
