import { createServer } from 'node:http'
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SessionMiddleware } from '../../lib/index.js'
import type { Framework, Handler } from './frameworks.js'

/** One call of the middleware under test. */
export interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** What `next` was called with, and whether before the middleware returned. */
  readonly nexts: { readonly error: unknown; readonly isSynchronous: boolean }[]
}

export interface SiteOptions {
  readonly before?: readonly SessionMiddleware[]
  readonly handler?: Handler
  /** `false`: leave errors to the framework's own final handler. */
  readonly isTakingErrors?: boolean
  /** Of Node's HTTP server. */
  readonly serverOptions?: ServerOptions
}

/** A running application with the middleware under test in it. */
export interface Site {
  readonly origin: string
  readonly port: number
  readonly visits: readonly Visit[]
  /** How often the handler behind the middleware ran. */
  readonly handled: number
  /** What reached the application's own error handler. */
  readonly errors: readonly unknown[]
  /** Resolves when the middleware has been called so often. */
  arrived(count: number): Promise<void>
  close(): Promise<void>
}

/** Answers with the session that it finds. */
export const showSession: Handler = (request, response) => {
  const { session = null } = request as { session?: unknown }
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ session }))
}

/** Starts an application of a framework on a free port. */
export async function startSite(
  framework: Framework,
  guard: SessionMiddleware,
  {
    before = [],
    handler = showSession,
    isTakingErrors = true,
    serverOptions = {},
  }: SiteOptions = {},
): Promise<Site> {
  const visits: Visit[] = []
  const errors: unknown[] = []
  let handled = 0
  let waiters: { readonly count: number; readonly resolve: () => void }[] = []

  const watched: SessionMiddleware = (request, response, next) => {
    const visit: Visit = { request, response, nexts: [] }
    visits.push(visit)
    let isSynchronous = true
    guard(request, response, (error) => {
      visit.nexts.push({ error, isSynchronous })
      next(error)
    })
    isSynchronous = false
    for (const { count, resolve } of waiters) if (visits.length >= count) resolve()
    waiters = waiters.filter(({ count }) => visits.length < count)
  }
  const server = createServer(
    serverOptions,
    framework.build({
      before,
      guard: watched,
      handler(request, response) {
        handled += 1
        handler(request, response)
      },
      onError: isTakingErrors
        ? (error, _request, response) => {
            errors.push(error)
            response.statusCode = 500
            response.end('taken by the application')
          }
        : undefined,
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    visits,
    errors,
    get handled() {
      return handled
    },
    arrived: (count) =>
      new Promise((resolve) => {
        if (visits.length >= count) resolve()
        else waiters.push({ count, resolve })
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
