import type { buildConnector, Client as UndiciClient, Dispatcher } from 'undici'
import Client from 'undici/lib/dispatcher/client.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import { Trail } from './keep-alive-retry.js'
import type { OpenSocket } from './keep-alive-retry.js'

/**
 * How long a socket serves, in milliseconds: from this to a third more, so that not all end at once.
 * Without an end, a busy pool stays at an address that Ory's name has left, for as long as that
 * address answers. A new socket looks the name up again.
 */
const socketServesMs = 15_000

/** Makes a pool of connections to an origin. It opens none before the first call. */
export function createUndiciPool(
  origin: string,
  connections: number,
  timeoutMs: number,
): Dispatcher {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: timeoutMs },
    factory: (target, options) => new TrackedClient(target, options as TrackedOptions),
  })
}

type TrackedOptions = UndiciClient.Options & { connect: buildConnector.connector }

/** A client of undici that hands its socket to the `Trail` given as `opaque`. */
class TrackedClient extends Client {
  readonly #current: { open: OpenSocket | undefined; calledAt: number }

  constructor(origin: URL, options: TrackedOptions) {
    // The time of the call that needs the socket: a clock of the application that throws must not
    // throw in here, and nothing catches it.
    const current: { open: OpenSocket | undefined; calledAt: number } = {
      open: undefined,
      calledAt: 0,
    }
    super(origin, {
      ...options,
      connect: (target, callback) => {
        options.connect(target, (...result) => {
          const [, socket] = result
          if (socket != null) {
            const servesUntil = current.calledAt + socketServesMs * (1 + Math.random() / 3)
            current.open = { socket, servesUntil }
            socket.once('close', () => {
              if (current.open?.socket === socket) current.open = undefined
            })
          }
          callback(...result)
        })
      },
    })
    this.#current = current
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const { opaque } = options as { opaque?: unknown }
    if (opaque instanceof Trail) {
      this.#current.calledAt = opaque.now
      opaque.start(this.#current.open)
    }
    return super.dispatch(options, handler)
  }
}
