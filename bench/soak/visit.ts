import { apps } from './apps.js'
import type { Route } from './apps.js'
import { createCredentials } from './credentials.js'
import type { Carried, Header } from './credentials.js'
import type { Login } from './users.js'
import type { Random } from './random.js'

/** A request, before it is sent. */
export interface Visit {
  readonly number: number
  /** Which application. */
  readonly app: number
  readonly route: Route
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly headers: readonly Header[]
  readonly carried: Carried
  readonly isCrossSite: boolean
}

/** Makes requests. */
export interface Visitors {
  /** Somebody who comes by, most often one of those who come often. */
  draw(logins: readonly Login[], ended: readonly Login[]): Visit
  /** The same request as another once more. */
  again(visit: Visit): Visit
  /** A request of a login. */
  of(login: Login, app: number, route?: Route): Visit
  logout(login: Login, app: number): Visit
}

const routes = { '/': 70, '/optional': 10, '/aal2': 8, '/recent': 6, '/fresh': 6 } as const
const oddities = { nothing: 2, malformed: 2, impossible: 2, madeUp: 6 } as const

export function createVisitors(random: Random): Visitors {
  const credentials = createCredentials(random)
  let last = 0

  function visit(
    app: number,
    route: Route,
    carried: Carried,
    headers: readonly Header[],
    method: Visit['method'] = 'GET',
  ): Visit {
    last += 1
    return {
      number: last,
      app,
      route,
      method,
      carried,
      headers: [['x-number', String(last)], ...headers],
      isCrossSite: false,
    }
  }

  function of(login: Login, app: number, route: Route = random.weighted(routes)): Visit {
    const { carried, headers } = credentials.of(login)
    return visit(app, route, carried, headers)
  }

  return {
    of,
    draw(logins, ended) {
      const app = random.below(apps.length)
      const what = random.weighted({
        live: 82,
        ended: ended.length > 0 ? 5 : 0,
        odd: 12,
        forged: 1,
      })
      if (what === 'odd') {
        const kind = random.weighted(oddities)
        return visit(app, random.weighted(routes), { kind }, credentials.odd(kind))
      }
      if (what === 'ended') return of(random.pick(ended), app)
      const login = logins[random.zipf(logins.length)]!
      if (what === 'live') {
        const made = of(login, app)
        return random.chance(0.02) ? { ...made, method: 'HEAD' } : made
      }
      const { carried, headers } = credentials.cookieOf(login)
      const forged = visit(
        app,
        '/',
        carried,
        [...headers, ['sec-fetch-site', 'cross-site']],
        'POST',
      )
      return { ...forged, isCrossSite: true }
    },
    again(original) {
      last += 1
      const headers = original.headers.filter(([name]) => name !== 'x-number')
      return { ...original, number: last, headers: [['x-number', String(last)], ...headers] }
    },
    logout(login, app) {
      const { carried, headers } = credentials.of(login)
      return visit(app, '/logout', carried, [...headers, ['sec-fetch-site', 'same-origin']], 'POST')
    },
  }
}
