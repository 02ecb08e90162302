import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import express from 'express'
import { createOrySession, getSession, type SessionInvalidateTarget } from '../../../lib/index.js'
import { send, values } from '../client/http.js'
import type { Ory } from '../ory.js'

/** What the application is to browsers: kratos.yml lets them return there. */
const appUrl = 'http://127.0.0.1:4455'

/** An application under test, with one instance of the package in front of its routes. */
export async function openApp({ url, now }: Pick<Ory, 'url' | 'now'>) {
  let aheadMs = 0
  const clock = { now: () => now() + aheadMs, monotonic: () => performance.now() + aheadMs }
  const ory = createOrySession({ url, clock, appUrl })
  const app = express()
  app.get('/me', ory.requireSession(), greet)
  app.get('/aal2', ory.requireSession({ aal: 'aal2' }), greet)
  app.get('/fresh', ory.requireSession({ fresh: true }), greet)
  app.get('/totp', ory.requireSession({ authMethods: ['totp'] }), greet)
  app.get('/verified', ory.requireSession({ verifiedAddress: true }), greet)
  app.get('/maybe', ory.optionalSession(), greet)
  app.post('/logout', ory.logout({ returnTo: '/bye' }))
  const server = createServer(app)
  const origin = await listen(server)

  return {
    /** What the client sees, in short: the status, then who and how, or why not. */
    async get(path: string, headers: Record<string, string> = {}): Promise<string> {
      const answer = await send(origin, { path, headers })
      const { is, code } = answer.body as { is?: string; code?: string }
      const renewed = values(answer, 'set-cookie').map((line) => line.split('=', 1)[0])
      return [answer.status, is ?? code, ...renewed.map((name) => `sets ${name}`)].join(' ')
    },
    /** Logs out as a browser does that sends a form, and tells where the page leads that it gets. */
    async logOut(headers: Record<string, string>): Promise<{ status: number; location?: URL }> {
      const browser = { accept: 'text/html', origin: appUrl }
      const sent = { method: 'POST', path: '/logout', headers: { ...browser, ...headers } }
      const answer = await send(origin, sent)
      const [, url] = /<a href="([^"]*)">/.exec(String(answer.body)) ?? []
      const location = url === undefined ? undefined : new URL(url.replaceAll('&amp;', '&'))
      return { status: answer.status, ...(location && { location }) }
    },
    /** Lets time go by for the application alone. */
    advance: (ms: number) => void (aheadMs += ms),
    /** How often it asked who somebody is. */
    asked: () => Object.values(ory.stats().upstream).reduce((sum, count) => sum + count, 0),
    invalidate: (target: SessionInvalidateTarget) => ory.invalidate(target),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await ory.close()
    },
  }
}

export type App = Awaited<ReturnType<typeof openApp>>

const greet: express.RequestHandler = (req, res) => {
  const session = getSession(req)
  const traits = session?.identity.traits as { email: string } | undefined
  const name = traits?.email.replace(/[-@].*/, '')
  res.json({ is: session ? `${name} ${session.authenticator_assurance_level}` : 'nobody' })
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
