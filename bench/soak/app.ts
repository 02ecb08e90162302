import { createServer, Server } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createOrySession, getSession, sendDenial } from 'express-ory-session'
import type { SessionMiddleware, OrySession } from 'express-ory-session'
import { frameworks } from '../../test/support/frameworks.js'
import { recentMs } from './apps.js'
import type { Answer, AppSpec, Route } from './apps.js'
import { watchCollections } from './watched-collections.js'
import type { Watched } from './watched-collections.js'

/** An application that runs. */
export interface App {
  readonly ory: OrySession
  readonly server: Server | Http2Server
  readonly port: number
  /** The Maps and Sets of its instance, each with the size that it had when it was made. */
  readonly watched: readonly (Watched & { readonly ownSize: number })[]
}

/** Takes note of what must not be kept for good. */
export type Sample = (kind: 'session' | 'request', thing: object) => void

/** Starts an application, which says who it takes a request for. */
export async function startApp(spec: AppSpec, url: string, sample: Sample): Promise<App> {
  const { result: ory, watched } = watchCollections(() =>
    createOrySession({
      ...spec.options,
      url,
      onDenied(error, request, response) {
        const { message } = Object(error.cause) as { message?: string }
        if (message !== undefined) response.setHeader('X-Reason', message)
        sendDenial(error, request, response)
      },
    }),
  )
  const sized = watched.map((one) => ({ ...one, ownSize: one.collection.deref()?.size ?? 0 }))
  const routes: Readonly<Record<Route, SessionMiddleware>> = {
    '/': ory.requireSession(),
    '/optional': ory.optionalSession(),
    '/aal2': ory.requireSession({ aal: 'aal2' }),
    '/recent': ory.requireSession({ maxAgeMs: recentMs }),
    '/fresh': ory.requireSession({ fresh: true }),
    '/logout': ory.logout(),
  }
  const guard: SessionMiddleware = (request, response, next) => {
    // So that an answer to somebody else's request can't go unnoticed.
    response.setHeader('X-Number', String(request.headers['x-number']))
    routes[request.url as Route](request, response, next)
  }
  const name = spec.framework === 'HTTP/2' ? 'node:http' : spec.framework
  const listener = frameworks
    .find((framework) => framework.name === name)!
    .build({ before: [], guard, handler: (request, response) => answer(request, response, sample) })
  const server = spec.framework === 'HTTP/2' ? createHttp2(listener) : createServer(listener)
  // No connection is closed from here, so that each that is closed says something.
  if (server instanceof Server) server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { ory, server, port: (server.address() as AddressInfo).port, watched: sized }
}

// What the layer of compatibility is for; the types do not say so.
function createHttp2(listener: RequestListener): Http2Server {
  return createHttp2Server((request, response) =>
    listener(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  )
}

function answer(request: IncomingMessage, response: ServerResponse, sample: Sample): void {
  const session = getSession(request)
  const { session: onRequest } = request as { session?: unknown }
  sample('request', request)
  if (session !== undefined) sample('session', session)
  const version = Object(session?.identity.metadata_public) as { version?: number }
  const body: Answer = {
    session:
      session === undefined
        ? null
        : { id: session.id, identity: session.identity.id, version: version.version ?? 0 },
    ...(onRequest === session ? {} : { complaint: 'the session on the request is another' }),
  }
  const text = JSON.stringify(body)
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Content-Length', text.length)
  response.end(request.method === 'HEAD' ? undefined : text)
}
