import type { IncomingMessage } from 'node:http'

/** The part of a request that the fake's answers hang on. */
export interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Every value of every header, by lower-case name. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
}

export function readRequest(message: IncomingMessage, basePath: string): FakeRequest {
  const [path = '', ...query] = (message.url ?? '/').split('?')
  return {
    method: message.method ?? 'GET',
    // What lies outside of the API keeps its path, and so finds no route.
    path: path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : `outside:${path}`,
    query: new URLSearchParams(query.join('?')),
    headers: message.headersDistinct,
  }
}
