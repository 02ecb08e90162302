import type { Dispatcher } from 'undici'
import type { Clock } from '../shared/clock.js'
import { exchangeByDispatch, exchangeByRequest } from './undici-exchange.js'
import { Fault } from '../shared/fault.js'
import type { Reply } from './response.js'
import { urlBelow } from '../shared/ory-urls.js'
import { Trail } from './keep-alive-retry.js'
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
  readonly clock: Clock
}

/** Opens the way to Ory; no connection is made before the first call. */
export function createWire(settings: WireSettings): Wire {
  const { url, timeoutMs, connections, clock } = settings
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
  let dispatcher = settings.dispatcher
  let loading: Promise<Dispatcher> | undefined

  /** Makes the pool. Without loading undici at the first call, it is most of what an import costs. */
  async function load(): Promise<Dispatcher> {
    const { createPool } = await import('./undici-pool.js')
    // One more, so that readiness can be asked while whoami calls take all the others.
    dispatcher = createPool(origin, connections + 1, timeoutMs)
    return dispatcher
  }

  function attempt(
    by: Dispatcher,
    { method, route, headers, body }: Sent,
    signal: Signal,
    trail: Trail,
  ): Promise<Reply> {
    let path = pathOf.get(route)
    if (path === undefined) {
      const { pathname, search } = new URL(urlBelow(url, route))
      path = pathname + search
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
      // application may ignore the signal, and keeps them.
      headersTimeout: isOurs ? 0 : timeoutMs,
      bodyTimeout: isOurs ? 0 : timeoutMs,
      opaque: trail,
    }
    return exchange(by, options, signal)
  }

  function sendBy(by: Dispatcher, sent: Sent, signal: Signal): Promise<Reply> {
    const trail = new Trail(clock.monotonic(), false)
    return attempt(by, sent, signal, trail).catch((error: unknown) => {
      if (sent.method !== 'GET' || !trail.isUnheard() || signal.aborted) throw faultOf(error)
      const again = new Trail(clock.monotonic(), true)
      return attempt(by, sent, signal, again).catch((second: unknown) => {
        throw faultOf(second)
      })
    })
  }

  return {
    send(sent, signal) {
      if (dispatcher !== undefined) return sendBy(dispatcher, sent, signal)
      loading ??= load()
      return loading.then((by) => sendBy(by, sent, signal))
    },
    async close() {
      if (loading !== undefined) await (await loading).destroy()
    },
  }
}

/** Only the code of an error is kept: undici's parser errors quote what upstream wrote. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  const { code = 'unknown' } = error as { code?: string }
  return new Fault(/TIMEOUT|TIMEDOUT/.test(code) ? 'timeout' : 'network', code)
}
