import { createServer, request } from 'node:http'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What a proxy answers itself. */
export interface ProxyAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ProxyOptions {
  /** Of a path that it does not pass on. */
  readonly answer?: (path: string) => ProxyAnswer | undefined
  /** Changes the headers of an answer that it passes on. */
  readonly rewrite?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders
  /** The beginning of a path that it strips. */
  readonly prefix?: string
  readonly tls?: { readonly key: string; readonly cert: string }
}

export interface Proxy {
  /** With the prefix. */
  readonly url: string
  close(): Promise<void>
}

/** A reverse proxy on a free port, as it may stand in front of Ory. */
export async function startProxy(target: string, options: ProxyOptions): Promise<Proxy> {
  const { answer, rewrite = (headers) => headers, prefix = '', tls } = options
  const pass: RequestListener = (incoming, outgoing) => {
    const path = String(incoming.url)
    const own = path.startsWith(prefix) ? answer?.(path) : { status: 404 }
    if (own !== undefined) {
      outgoing.writeHead(own.status, own.headers).end(own.body)
      return
    }
    const { method, headers } = incoming
    incoming.pipe(
      request(`${target}${path.slice(prefix.length)}`, { method, headers }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, rewrite({ ...reply.headers }))
        reply.pipe(outgoing)
      }),
    )
  }
  const server = tls === undefined ? createServer(pass) : createTlsServer(tls, pass)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}${prefix}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
