import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { createOrySession } from 'express-ory-session'
import type { Middleware } from 'express-ory-session'
import { buildSession } from 'express-ory-session/testing'
import { Agent, request as ask } from 'undici'
import { cookieHeader, responseHeaders } from '../visitor.js'

/** How an application may learn who asks. */
export type SubjectName = 'no auth' | 'map' | 'hits' | 'misses' | 'undici' | 'ory client'

/** How many visitors are signed in, and known where something is remembered. */
export const visitors = 1_000

interface OryClient {
  readonly Configuration: new (parameters: { basePath: string }) => unknown
  readonly FrontendApi: new (configuration: unknown) => {
    toSession(parameters: { cookie: string }): Promise<unknown>
  }
}

// By `require`: its declarations ask for the DOM's, which are not Node's.
const { Configuration, FrontendApi } = createRequire(import.meta.url)(
  '@ory/client-fetch',
) as OryClient

/** Each takes the URL of Ory. */
export const subjects: Readonly<Record<SubjectName, (url: string) => Middleware>> = {
  'no auth': () => (_request, _response, next) => {
    next()
  },
  map: () => {
    const sessions = new Map(
      Array.from({ length: visitors }, (_, visitor) => [cookieHeader(visitor), buildSession()]),
    )
    return (request, response, next) => {
      attach(request, response, sessions.get(request.headers.cookie ?? ''))
      next()
    }
  },
  hits: (url) => createOrySession({ url, cacheTtlMs: 3_600_000 }).requireSession(),
  misses: (url) => createOrySession({ url }).requireSession(),
  undici: (url) => {
    const dispatcher = new Agent({ connections: 50 })
    return asking(async ({ headers }) => {
      const { statusCode, body } = await ask(`${url}/sessions/whoami`, {
        dispatcher,
        headers: { cookie: headers.cookie ?? '' },
      })
      const session = await body.json()
      return statusCode === 200 ? session : undefined
    })
  },
  // As https://www.ory.com/docs/getting-started/integrate-auth/expressjs has it.
  'ory client': (url) => {
    const frontend = new FrontendApi(new Configuration({ basePath: url }))
    return asking(({ headers }) => frontend.toSession({ cookie: headers.cookie ?? '' }))
  },
}

function asking(find: (request: IncomingMessage) => Promise<unknown>): Middleware {
  return (request, response, next) => {
    find(request).then((session) => {
      attach(request, response, session)
      next()
    }, next)
  }
}

function attach(request: IncomingMessage, response: ServerResponse, session: unknown): void {
  if (session === undefined) throw new Error('Nobody is signed in')
  ;(request as IncomingMessage & { session?: unknown }).session = session
  response.setHeader('Vary', responseHeaders.Vary)
  response.setHeader('Cache-Control', responseHeaders['Cache-Control'])
}
