import { Pool } from 'undici'
import type { buildConnector, Client, Dispatcher } from 'undici'
import { exchangeByDispatch, exchangeByRequest } from './undici-exchange.js'
import { Fault } from '../shared/fault.js'
import type { Reply } from './response.js'
import { urlBelow } from '../shared/ory-urls.js'
import { TrackedClient, Trail } from './keep-alive-retry.js'
import type { Signal } from '../shared/lean-abort-signal.js'

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
  send(sent: Sent, signal: Signal): Promise<Reply>
  close(): Promise<void>
}

export interface WireSettings {
  readonly url: URL
  readonly connections: number
  readonly timeoutMs: number
  readonly upstreamHeaders: Readonly<Record<string, string>>
  readonly dispatcher: Dispatcher | undefined
}

/** Opens the way to Ory; no connection is made before the first call. */
export function createWire(settings: WireSettings): Wire {
  const { url, timeoutMs, dispatcher = createPool(settings) } = settings
  const isOurs = settings.dispatcher === undefined
  const exchange = isOurs ? exchangeByDispatch : exchangeByRequest
  // A URL puts its origin together at each look.
  const { origin } = url
  const pathOf = new Map<string, string>()
  const common = {
    ...settings.upstreamHeaders,
    accept: 'application/json',
    'accept-encoding': 'identity',
  }

  function attempt(
    { method, route, headers, body }: Sent,
    signal: Signal,
    trail: Trail,
  ): Promise<Reply> {
    let path = pathOf.get(route)
    if (path === undefined) {
      path = new URL(urlBelow(url, route)).pathname
      pathOf.set(route, path)
    }
    const options: Dispatcher.RequestOptions<Trail> = {
      origin,
      path,
      method,
      body: body ?? null,
      // The same names go out, whatever the incoming request had.
      headers: { ...common, ...headers },
      // Our calls end by their signal; undici's timers would be two more for each. A dispatcher of the
      // application's may not heed the signal, and keeps them.
      headersTimeout: isOurs ? 0 : timeoutMs,
      bodyTimeout: isOurs ? 0 : timeoutMs,
      opaque: trail,
    }
    return exchange(dispatcher, options, signal)
  }

  return {
    send(sent, signal) {
      const trail = new Trail(false)
      return attempt(sent, signal, trail).catch((error: unknown) => {
        if (sent.method !== 'GET' || !trail.isUnheard() || signal.aborted) throw faultOf(error)
        return attempt(sent, signal, new Trail(true)).catch((again: unknown) => {
          throw faultOf(again)
        })
      })
    },
    async close() {
      if (isOurs) await dispatcher.destroy()
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

/** Only the code of an error is kept: undici's parser errors quote what upstream wrote. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  const { code = 'unknown' } = error as { code?: string }
  return new Fault(/TIMEOUT|TIMEDOUT/.test(code) ? 'timeout' : 'network', code)
}
