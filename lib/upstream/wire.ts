import { Pool } from 'undici'
import type { buildConnector, Client, Dispatcher } from 'undici'
import { Fault } from './fault.js'
import { urlBelow } from '../denial/ory-url.js'
import { TrackedClient, Trail } from './tracked-client.js'

/** What came over the wire, whole. */
export interface Reply {
  readonly status: number
  /** Names in lower case; a list where a header was repeated. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** What goes over the wire. */
export interface Sent {
  readonly method: 'GET' | 'DELETE'
  /** Below Ory's URL. */
  readonly route: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** The way to Ory. */
export interface Wire {
  /** @throws Fault where no whole reply came before the signal. */
  send(sent: Sent, signal: AbortSignal): Promise<Reply>
  close(): Promise<void>
}

export interface WireSettings {
  readonly url: URL
  readonly connections: number
  readonly timeoutMs: number
  readonly headers: Readonly<Record<string, string>>
  readonly dispatcher: Dispatcher | undefined
}

/** Longest body that is read, in bytes; a session has about 1,500. */
const maxBodyBytes = 256 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Opens the way to Ory; no connection is made before the first call. */
export function createWire(settings: WireSettings): Wire {
  const pool = settings.dispatcher ?? createPool(settings)

  async function attempt(
    { method, route, headers, body }: Sent,
    signal: AbortSignal,
    trail: Trail,
  ): Promise<Reply> {
    const response = await pool.request({
      origin: settings.url.origin,
      path: new URL(urlBelow(settings.url, route)).pathname,
      method,
      body: body ?? null,
      // One list of names goes out, whatever the incoming request had.
      headers: {
        ...settings.headers,
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...headers,
      },
      signal,
      headersTimeout: settings.timeoutMs,
      bodyTimeout: settings.timeoutMs,
      opaque: trail,
    })
    return {
      status: response.statusCode,
      headers: response.headers,
      body: await readBody(response),
    }
  }

  return {
    async send(sent, signal) {
      const trail = new Trail(false)
      try {
        return await attempt(sent, signal, trail)
      } catch (error) {
        if (sent.method !== 'GET' || !trail.isUnheard() || signal.aborted) throw faultOf(error)
      }
      return attempt(sent, signal, new Trail(true)).catch((error: unknown) => {
        throw faultOf(error)
      })
    },
    async close() {
      if (settings.dispatcher === undefined) await pool.destroy()
    },
  }
}

function createPool({ url, connections, timeoutMs }: WireSettings): Dispatcher {
  return new Pool(url.origin, {
    // One more, so that readiness can be asked while whoami calls take all the others.
    connections: connections + 1,
    pipelining: 1,
    connect: { timeout: timeoutMs },
    factory: (origin, options) =>
      new TrackedClient(origin, options as Client.Options & { connect: buildConnector.connector }),
  })
}

async function readBody({ headers, body }: Dispatcher.ResponseData<unknown>): Promise<string> {
  const encoding = headers['content-encoding']
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop by an exception destroys the body, and with it the socket.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new Fault('oversized')
    if (encoding !== undefined && encoding !== 'identity')
      throw new Fault('garbage', 'encoded body')
    chunks.push(chunk)
  }
  try {
    return decoder.decode(Buffer.concat(chunks))
  } catch {
    throw new Fault('garbage', 'not UTF-8')
  }
}

/** Only the code of an error is kept: undici's parser errors quote what upstream wrote. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  const { code = 'unknown' } = error as { code?: string }
  return new Fault(/TIMEOUT|TIMEDOUT/.test(code) ? 'timeout' : 'network', code)
}
