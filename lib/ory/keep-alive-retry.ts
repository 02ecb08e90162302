import type { Socket } from 'node:net'
import type { buildConnector, Client as UndiciClient, Dispatcher } from 'undici'
import Client from 'undici/lib/dispatcher/client.js'

/**
 * How long a socket serves, in milliseconds: from this to a third more, so that not all end at once.
 * Without an end, a busy pool stays at an address that Ory's name has left, for as long as that
 * address answers. A new socket looks the name up again.
 */
const socketServesMs = 15_000

/** The socket of a client, and when it has served long enough. */
interface OpenSocket {
  readonly socket: Socket
  readonly servesUntil: number
}

/**
 * Follows one call to the socket that it goes out on. It tells the one death of a socket after
 * which asking again is sound: an idle socket that Ory closed at the moment it was used again.
 */
export class Trail {
  /** When the call goes out, on the monotonic clock. */
  readonly now: number
  readonly #isFreshSocketNeeded: boolean
  #socket: Socket | undefined
  #bytesReadBefore = 0

  constructor(now: number, isFreshSocketNeeded: boolean) {
    this.now = now
    this.#isFreshSocketNeeded = isFreshSocketNeeded
  }

  /** @param open the socket that the call is about to use, if its client has one; it is idle */
  start(open: OpenSocket | undefined): void {
    if (this.#isFreshSocketNeeded || (open !== undefined && this.now >= open.servesUntil)) {
      // The client opens another one for this call.
      open?.socket.destroy()
      return
    }
    this.#socket = open?.socket
    this.#bytesReadBefore = open?.socket.bytesRead ?? 0
  }

  /** Whether the call went to a socket that had served before, and not a byte came back. */
  isUnheard(): boolean {
    return this.#bytesReadBefore > 0 && this.#socket?.bytesRead === this.#bytesReadBefore
  }
}

/** A client of undici that hands its socket to the `Trail` given as `opaque`. */
export class TrackedClient extends Client {
  readonly #current: { open: OpenSocket | undefined; calledAt: number }

  constructor(origin: URL, options: UndiciClient.Options & { connect: buildConnector.connector }) {
    // The time of the call that needs the socket: a clock of the application that throws must not
    // throw in here, where nobody catches it.
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
