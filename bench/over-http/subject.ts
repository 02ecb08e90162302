import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { createOrySession } from 'express-ory-session'
import type { SessionMiddleware } from 'express-ory-session'
import { Agent, request as ask } from 'undici'
import { responseHeaders } from '../visitor.js'

/** How an application may learn who asks. */
export type SubjectName =
  'no auth' | 'map' | 'hits' | 'misses' | 'renewals' | 'undici' | 'ory client'

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
export const subjects: Readonly<Record<SubjectName, (url: string) => SessionMiddleware>> = {
  'no auth': () => (_request, _response, next) => {
    next()
  },
  map: (url) => {
    const sessions = new Map<string, unknown>()
    const asks = asking(async (request) => {
      const session = await askBarely(url, request)
      sessions.set(request.headers.cookie ?? '', session)
      return session
    })
    return (request, response, next) => {
      const session = sessions.get(request.headers.cookie ?? '')
      if (session === undefined) {
        asks(request, response, next)
        return
      }
      attach(request, response, session)
      next()
    }
  },
  hits: (url) => createOrySession({ url, cacheTtlMs: 3_600_000 }).requireSession(),
  misses: (url) => createOrySession({ url }).requireSession(),
  // Each finds the session that it knows too old.
  renewals: (url) => createOrySession({ url, cacheTtlMs: 1 }).requireSession(),
  undici: (url) => asking((request) => askBarely(url, request)),
  // As https://www.ory.com/docs/getting-started/integrate-auth/expressjs has it.
  'ory client': (url) => {
    const frontend = new FrontendApi(new Configuration({ basePath: url }))
    return asking(({ headers }) => frontend.toSession({ cookie: headers.cookie ?? '' }))
  },
}

const dispatcher = new Agent({ connections: 50 })

async function askBarely(url: string, { headers }: IncomingMessage): Promise<unknown> {
  const { statusCode, body } = await ask(`${url}/sessions/whoami`, {
    dispatcher,
    headers: { cookie: headers.cookie ?? '' },
  })
  const session = await body.json()
  return statusCode === 200 ? session : undefined
}

function asking(find: (request: IncomingMessage) => Promise<unknown>): SessionMiddleware {
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
