import type { FakeAnswer } from './fake-answer.js'
import type { RouteName } from './calls.js'
import type { CsrfCookie } from './csrf-cookie.js'
import type { DatabaseState } from './database.js'
import type { FakeRequest } from './fake-request.js'
import { alive, ready } from './health.js'
import { methodNotAllowed, movedTo, notFound } from './no-route.js'

/** What the fake says to a request. */
export type Route = (request: FakeRequest, database: DatabaseState) => FakeAnswer

/** The routes that need to know users. */
export interface Routes {
  readonly whoami: Route
  readonly login: { readonly show: Route; readonly showApi: Route; readonly submit: Route }
  readonly registration: { readonly show: Route; readonly submit: Route }
  readonly settings: { readonly show: Route; readonly submit: Route }
  readonly logout: { readonly start: Route; readonly finish: Route; readonly endToken: Route }
}

interface Entry {
  readonly name: RouteName
  readonly path: string | RegExp
  /** By method; `*` is any other. */
  readonly methods: Readonly<Record<string, Route>>
  /**
   * Who is behind Kratos' CSRF protection says so: `'none'` is outside of it, `'api'` exempt, and a
   * `'browser'` gets a cookie for it.
   */
  readonly audience: 'none' | 'api' | 'browser'
}

/** Finds what a request is for, and answers it. */
export interface Router {
  find(request: FakeRequest): { readonly name: RouteName; readonly answer: Route }
}

/** The route table of the fake: a page or an API more is one entry more. */
export function createRouter(
  { whoami, login, registration, settings, logout }: Routes,
  csrf: CsrfCookie,
): Router {
  const reads = (route: Route): Entry['methods'] => ({ GET: route, HEAD: route })
  const page = (path: string, methods: Entry['methods']): Entry => ({
    name: 'page',
    path: `/self-service/${path}`,
    methods,
    audience: 'browser',
  })
  const entries: readonly Entry[] = [
    { name: 'whoami', path: '/sessions/whoami', methods: { '*': whoami }, audience: 'api' },
    { name: 'ready', path: '/health/ready', methods: reads(ready), audience: 'none' },
    { name: 'alive', path: '/health/alive', methods: reads(alive), audience: 'none' },
    page('login/browser', reads(login.show)),
    page('login', { POST: login.submit }),
    { ...page('login/api', reads(login.showApi)), audience: 'api' },
    page('registration/browser', reads(registration.show)),
    page('registration', { POST: registration.submit }),
    page('settings/browser', reads(settings.show)),
    page('settings', { POST: settings.submit }),
    { ...page('logout/browser', reads(logout.start)), name: 'logout' },
    { ...page('logout', reads(logout.finish)), name: 'logout' },
    {
      name: 'logout',
      path: '/self-service/logout/api',
      methods: { DELETE: logout.endToken },
      audience: 'api',
    },
    // Ends other sessions of a person, which the fake leaves to `revoke`.
    { name: 'other', path: /^\/sessions\/[^/]+$/, methods: { DELETE: notFound }, audience: 'api' },
    { name: 'other', path: '/version', methods: { '*': notFound }, audience: 'none' },
  ]
  const nothing: Entry = { name: 'other', path: '', methods: {}, audience: 'browser' }

  function routeOf({ methods }: Entry, method: string, path: string): Route {
    const route = Object.hasOwn(methods, method) ? methods[method] : methods['*']
    const others = Object.keys(methods)
    return route ?? (others.length > 0 ? methodNotAllowed(others) : (movedTo(path) ?? notFound))
  }

  return {
    find({ method, path, target }) {
      const entry =
        entries.find((one) =>
          typeof one.path === 'string' ? one.path === path : one.path.test(path),
        ) ?? nothing
      const route = routeOf(entry, method, target)
      return {
        name: entry.name,
        answer(request, database) {
          const { headers, ...answer } = withoutLink(route(request, database), method)
          const cookies = entry.audience === 'browser' ? csrf.ensure(request) : []
          return {
            ...answer,
            headers: {
              // On GET alone, in Kratos too.
              ...(method === 'GET' && noCache),
              ...(entry.audience !== 'none' && { Vary: 'Cookie' }),
              ...headers,
              ...(cookies.length > 0 && {
                'Set-Cookie': [...cookies, ...[headers['Set-Cookie'] ?? []].flat()],
              }),
            },
          }
        },
      }
    },
  }
}

/** Go writes a link into a redirect, but not for a form. */
function withoutLink(answer: FakeAnswer, method: string): FakeAnswer {
  if (method !== 'POST' || answer.headers['Location'] === undefined) return answer
  const headers = Object.entries(answer.headers).filter(([name]) => name !== 'Content-Type')
  return { status: answer.status, headers: Object.fromEntries(headers) }
}

const noCache = { 'Cache-Control': 'private, no-cache, no-store, must-revalidate' }
