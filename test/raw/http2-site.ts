import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import type {
  ClientHttp2Session,
  ClientHttp2Stream,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
} from 'node:http2'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from '@jest/globals'
import type { SessionMiddleware, OrySession } from '../../lib/index.js'
import type { FakeOry } from '../../lib/testing/index.js'
import type { Reply } from '../support/denial.js'
import { showSession } from '../support/site.js'
import type { Visit } from '../support/site.js'
import { createWorld } from '../support/world.js'
import type { SceneOptions } from '../support/world.js'

/** An application of `node:http2` alone, by its layer of compatibility with `node:http`. */
export interface Http2Site {
  readonly port: number
  readonly visits: readonly Visit[]
  /** The names of all headers that were set; Node drops those that HTTP/2 has not, with a warning. */
  readonly headersSet: ReadonlySet<string>
  /** What the middleware or Node threw. */
  readonly errors: readonly unknown[]
  /** Opens a session of HTTP/2, on which any number of requests go. */
  open(): ClientHttp2Session
  close(): Promise<void>
}

/** A reply by HTTP/2, with its headers as they stood. */
export interface Http2Reply extends Reply {
  readonly names: readonly string[]
}

async function startHttp2Site(guard: SessionMiddleware): Promise<Http2Site> {
  const visits: Visit[] = []
  const errors: unknown[] = []
  const headersSet = new Set<string>()
  const sessions: ClientHttp2Session[] = []
  const server = createServer((http2Request, http2Response) => {
    // What the layer of compatibility is for; the types do not say so.
    const request = http2Request as unknown as IncomingMessage
    const response = http2Response as unknown as ServerResponse
    const visit: Visit = { request, response, nexts: [] }
    visits.push(visit)
    const setHeader = response.setHeader.bind(response)
    response.setHeader = (name, value) => {
      headersSet.add(name.toLowerCase())
      return setHeader(name, value)
    }
    try {
      guard(request, response, (error) => {
        visit.nexts.push({ error, isSynchronous: false })
        if (error === undefined) showSession(request, response)
        else errors.push(error)
      })
    } catch (error) {
      errors.push(error)
    }
  })
  for (const event of ['error', 'sessionError', 'streamError']) {
    server.on(event, (error) => errors.push(error))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    port,
    visits,
    headersSet,
    errors,
    open() {
      const session = connect(`http://127.0.0.1:${port}`)
      session.on('error', () => undefined)
      sessions.push(session)
      return session
    },
    async close() {
      for (const session of sessions) session.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An instance and a fake Ory, an application of HTTP/2, and a client of it. */
export interface Http2Scene {
  readonly fake: FakeOry
  readonly ory: OrySession
  readonly site: Http2Site
  readonly client: ClientHttp2Session
}

/** Makes the maker of scenes, which are closed after the test. */
export function createHttp2World(): (options?: SceneOptions) => Promise<Http2Scene> {
  const world = createWorld()
  const sites: Http2Site[] = []
  afterEach(async () => {
    await Promise.all(sites.splice(0).map(async (site) => site.close()))
  })
  return async ({ options = {}, policy, fakeOptions = {} } = {}) => {
    const fake = await world.fake(fakeOptions)
    const ory = world.instance({ url: fake.url, ...options })
    const site = await startHttp2Site(ory.requireSession(policy))
    sites.push(site)
    return { fake, ory, site, client: site.open() }
  }
}

/** Resolves to the whole reply to a request. */
export async function readStream(stream: ClientHttp2Stream): Promise<Http2Reply> {
  const [headers, , rawHeaders] = (await once(stream, 'response')) as [
    IncomingHttpHeaders,
    number,
    string[],
  ]
  stream.setEncoding('utf8')
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  const { ':status': status, ...others } = headers
  return {
    status: Number(status),
    headers: others,
    text,
    names: rawHeaders.filter((_, index) => index % 2 === 0),
  }
}

/** Sends a request without a body. */
export function send(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
): Promise<Http2Reply> {
  return readStream(session.request({ ':path': '/', ...headers }))
}

/** The id of the session that a reply shows. */
export function sessionId({ text }: Http2Reply): unknown {
  return JSON.parse(text).session.id
}
