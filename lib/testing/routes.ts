import type { FakeAnswer } from './answer.js'
import type { RouteName } from './calls.js'
import type { DatabaseState } from './database.js'
import type { FakeRequest } from './fake-request.js'
import { alive, ready } from './health.js'

/** What the fake says to a request. */
export type Route = (request: FakeRequest, database: DatabaseState) => FakeAnswer

interface Entry {
  readonly name: RouteName
  readonly path: string
  readonly methods: readonly string[]
  readonly route: Route
  /** Kratos' CSRF protection adds `Vary: Cookie` to all but the health routes. */
  readonly headers: FakeAnswer['headers']
}

/** Finds what a request is for, and answers it. */
export interface Router {
  find(request: FakeRequest): { readonly name: RouteName; readonly answer: Route }
}

const varyCookie = { Vary: 'Cookie' }
const reads = ['GET', 'HEAD']

/** The route table of the fake: a page or an API more is one entry more. */
export function createRouter(whoami: Route): Router {
  const entries: readonly Entry[] = [
    {
      name: 'whoami',
      path: '/sessions/whoami',
      // Whatever the method, whoami answers alike; DELETE alone is another route's.
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'TRACE'],
      route: whoami,
      headers: varyCookie,
    },
    { name: 'ready', path: '/health/ready', methods: reads, route: ready, headers: {} },
    { name: 'alive', path: '/health/alive', methods: reads, route: alive, headers: {} },
  ]
  const nothing: Omit<Entry, 'path' | 'methods'> = {
    name: 'other',
    route: notFound,
    headers: varyCookie,
  }

  return {
    find({ method, path }) {
      const entry = entries.find((one) => one.path === path && one.methods.includes(method))
      const { name, route, headers } = entry ?? nothing
      const shared = method === 'GET' ? { ...noCache, ...headers } : headers
      return {
        name,
        answer(request, database) {
          const answer = route(request, database)
          return { ...answer, headers: { ...shared, ...answer.headers } }
        },
      }
    },
  }
}

// On GET alone, in Kratos too.
const noCache = { 'Cache-Control': 'private, no-cache, no-store, must-revalidate' }

const notFound: Route = () => ({
  status: 404,
  headers: {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  },
  body: '404 page not found\n',
})
