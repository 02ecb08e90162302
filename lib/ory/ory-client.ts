import type { Dispatcher } from 'undici'
import type { Clock } from '../shared/clock.js'
import { exchangeByDispatch, exchangeByRequest } from './undici-exchange.js'
import { Fault } from '../shared/fault.js'
import type { Reply } from './response.js'
import { causeOfCode } from '../shared/setup-cause.js'
import { speaksTls } from './speaks-tls.js'
import { urlBelow } from '../shared/ory-urls.js'
import { Trail } from './keep-alive-retry.js'
import type { Signal } from '../shared/lean-abort-signal.js'

/** What goes over the wire. */
export interface Sent {
  readonly method: 'GET' | 'DELETE' | 'OPTIONS'
  /** Below Ory's URL. */
  readonly route: string
  /** Without its question mark. */
  readonly query?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** The way to Ory. */
export interface OryClient {
  /**
   * Sends a call, if asked for on a socket of its own that it opens.
   *
   * @throws Fault (as a rejection) if no whole reply came before the signal, or after `close()`
   */
  send(sent: Sent, signal: Signal, isFreshSocketNeeded?: boolean): Promise<Reply>
  close(): Promise<void>
}

export interface OryClientSettings {
  readonly url: URL
  readonly connections: number
  readonly timeoutMs: number
  readonly upstreamHeaders: Readonly<Record<string, string>>
  readonly dispatcher: Dispatcher | undefined
  readonly clock: Clock
}

/** Opens the way to Ory; no connection is made before the first call. */
export function createOryClient(settings: OryClientSettings): OryClient {
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
  let isClosed = false

  /** Makes the pool. Without loading undici at the first call, it is most of what an import costs. */
  async function load(): Promise<Dispatcher> {
    const { createUndiciPool } = await import('./undici-pool.js')
    // One more, so that readiness can be asked while whoami calls take all the others.
    dispatcher = createUndiciPool(origin, connections + 1, timeoutMs)
    return dispatcher
  }

  function attempt(
    by: Dispatcher,
    { method, route, query, headers, body }: Sent,
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
      path: query ? `${path}?${query}` : path,
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

  /** Whether http was spoken to a port for TLS: such a port may close without a word. */
  let isTlsPort: Promise<boolean> | undefined
  let hasAnswered = false

  async function explain(error: unknown): Promise<never> {
    const fault = faultOf(error, isOurs)
    if (hasAnswered || !isOurs || url.protocol !== 'http:' || !isBroken(fault)) throw fault
    isTlsPort ??= speaksTls(url, timeoutMs)
    if (!(await isTlsPort)) throw fault
    throw new Fault('misconfigured', fault.detail, undefined, 'http_to_tls_port')
  }

  function sendBy(
    by: Dispatcher,
    sent: Sent,
    signal: Signal,
    isFreshSocketNeeded: boolean,
  ): Promise<Reply> {
    const trail = new Trail(clock.monotonic(), isFreshSocketNeeded)
    return attempt(by, sent, signal, trail)
      .catch((error: unknown) => {
        if (sent.method !== 'GET' || !trail.isUnheard() || signal.aborted) throw error
        return attempt(by, sent, signal, new Trail(clock.monotonic(), true))
      })
      .then((reply) => {
        hasAnswered = true
        return reply
      }, explain)
  }

  return {
    send(sent, signal, isFreshSocketNeeded = false) {
      // Without this, the first call after `close()` would load undici and open a pool that nobody closes.
      if (isClosed) return Promise.reject(new Fault('closed'))
      if (dispatcher !== undefined) return sendBy(dispatcher, sent, signal, isFreshSocketNeeded)
      loading ??= load()
      return loading.then((by) => sendBy(by, sent, signal, isFreshSocketNeeded))
    },
    async close() {
      isClosed = true
      if (loading !== undefined) await (await loading).destroy()
    },
  }
}

/** Only the code of an error is kept: undici's parser errors quote what upstream wrote. */
function faultOf(error: unknown, isOurs: boolean): Fault {
  if (error instanceof Fault) return error
  const { code = 'unknown' } = error as { code?: string }
  const cause = causeOfCode(code)
  // Of our own pool that code would be a mistake of ours.
  if (cause !== undefined && !(isOurs && cause === 'dispatcher')) {
    return new Fault('misconfigured', code, undefined, cause)
  }
  return new Fault(/TIMEOUT|TIMEDOUT/.test(code) ? 'timeout' : 'network', code)
}

/** Whether a connection came about and was no HTTP, or ended at once. */
function isBroken({ reason, detail }: Fault): boolean {
  return reason === 'network' && /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_\w+)$/.test(detail)
}
