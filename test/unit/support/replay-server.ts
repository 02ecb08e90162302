import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from '../../support/shape.js'

/** What came to the server. */
export interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
}

export interface ReplayServer {
  readonly url: string
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

/** A server on loopback that answers each request with what was recorded: status, headers, body. */
export async function createReplayServer(answerTo: (seen: Seen) => Answer): Promise<ReplayServer> {
  const seen: Seen[] = []
  const server = createServer(({ method, url, headers }, response) => {
    const request = { method, url, headers }
    seen.push(request)
    const { status, headers: recorded, body } = answerTo(request)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    // Written anew, the body need not have the recorded length.
    const lines = recorded.filter(([name]) => !/^content-length$/i.test(name))
    response.writeHead(status, lines.flat())
    response.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
