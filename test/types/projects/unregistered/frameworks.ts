import connect from 'connect'
import express, { Router } from 'express'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import * as library from 'express-ory-session'
import type { SessionMiddleware, Session, SessionError } from 'express-ory-session'
import { Agent, MockAgent, ProxyAgent } from 'undici'

const { getSession, isSessionError, optionalSession, requireSession, sendDenial } = library
const ory = library.createOrySession({ url: 'https://ory.example.com' })

// Express
export const handler: RequestHandler = ory.requireSession()
export const typed: RequestHandler<{ id: string }, Session, { name: string }> = requireSession()
express().use(ory.optionalSession(), requireSession({ aal: 'aal2' }))
requireSession({ allow: (session, req: express.Request) => session.id === req.params['id'] })
Router().use('/admin', [ory.requireSession(), ory.requireSession({ verifiedAddress: true })])
express().get('/:id', ory.requireSession(), (req, res) => {
  const id: string = req.params.id
  const session: Session = req.session
  res.json({ id, email: session.identity.traits['email'] })
})
export const onError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (isSessionError(error)) sendDenial(error, req, res)
  else next(error)
}

// Connect
export const nextHandle: connect.NextHandleFunction = ory.requireSession()
connect().use(ory.requireSession()).use('/home', optionalSession())

// node:http
export const listener: RequestListener = (req, res) =>
  ory.requireSession()(req, res, (error) => {
    res.statusCode = error === undefined ? 200 : 500
    res.end(getSession(req)?.identity.id)
  })
createServer(listener)

// What is attached is known of any request.
export const read = (req: IncomingMessage | Request): Session | undefined => getSession(req)

// Any framework
export async function decide(request: Request | IncomingMessage): Promise<Session | SessionError> {
  const answer = await ory.authenticate(request, {
    authMethods: ['passkey', 'a-method-of-tomorrow'],
  })
  if (answer.error) return answer.error
  const source: 'x-session-token' | 'bearer' | 'cookie' = answer.source
  const servedFrom: 'cache' | 'upstream' | 'stale' = answer.servedFrom
  console.log(source, servedFrom)
  return answer.session
}
void ory.authenticate({ headers: { cookie: 'ory_kratos_session=…' }, method: 'GET', url: '/' })
void ory.authenticate({ headers: new Headers() })

// The rest of an instance
export const middleware: SessionMiddleware = ory.requireSession()
export const counts: Promise<number>[] = [
  ory.invalidate({ session: 'id' }),
  ory.invalidate({ identity: 'id' }),
  library.defaultOrySession().invalidate({ request: { headers: {} } }),
]
export const misses: number = ory.stats().misses
export const links: string[] = [
  ory.loginUrl({ returnTo: '/welcome', aal: 'aal2', refresh: true }),
  ory.settingsUrl(),
]
export const logout: RequestHandler = ory.logout({ returnTo: '/' })
export const closed: Promise<void> = ory.close()

// The code says which denial.
export function statusOf(error: SessionError): 400 | 401 | 403 | 503 {
  switch (error.code) {
    case 'credential_malformed':
      return 400
    case 'session_missing':
    case 'session_invalid':
      return 401
    case 'session_aal2_required':
    case 'session_refresh_required':
    case 'session_method_required':
    case 'session_unverified':
    case 'session_forbidden':
    case 'cross_site_request':
      return 403
    case 'authentication_unavailable':
      return 503
  }
}

// Every option
library.createOrySession({
  url: 'https://ory.example.com',
  browserUrl: 'https://auth.example.com',
  appUrl: 'https://app.example.com',
  cookieName: ['ory_kratos_session', /^ory_session_/],
  tokenPrefix: '',
  sources: ['cookie'],
  property: 'session',
  cacheTtlMs: 10_000,
  cacheMaxSessions: 10_000,
  cacheMaxBytes: 1024,
  refusalTtlMs: 2_000,
  refreshAhead: false,
  staleIfErrorMs: 0,
  timeoutMs: 2_000,
  connections: 50,
  readinessPath: false,
  upstreamHeaders: { 'x-trace': 'on' },
  trustedOrigins: ['https://www.example.com'],
  crossSite: 'allow',
  forwardSetCookie: false,
  cacheControl: false,
  realm: 'ory',
  onDenied: (error, _req, _res, next) => next(error),
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
})

// Hooks get what the framework has.
library.createOrySession({
  onDenied: (error, req: Request, res: Response) => void res.status(error.status).send(req.path),
})
ory.requireSession({
  allow: (session, req: Request<{ owner: string }>) => session.identity.id === req.params.owner,
})

for (const dispatcher of [new Agent(), new MockAgent(), new ProxyAgent('http://proxy.example')]) {
  library.createOrySession({ dispatcher })
}

// Every key of a policy
ory.optionalSession({
  aal: 'aal3',
  maxAgeMs: 60_000,
  authMethods: ['totp'],
  verifiedAddress: true,
  fresh: true,
  allow: (session) => session.identity.id !== '',
  redirectToLogin: true,
  onUnavailable: 'anonymous',
})
