import type { Socket } from 'node:net'
import { Client } from 'undici'
import type { buildConnector, Dispatcher } from 'undici'

/**
 * Follows one call to the socket that it goes out on. It tells the one death of a socket after
 * which asking again is sound: an idle socket that Ory closed at the moment it was used again.
 */
export class Trail {
  readonly #isFreshSocketNeeded: boolean
  #socket: Socket | undefined
  #bytesReadBefore = 0

  constructor(isFreshSocketNeeded: boolean) {
    this.#isFreshSocketNeeded = isFreshSocketNeeded
  }

  /** @param socket where the call is about to go, if it is open already */
  start(socket: Socket | undefined): void {
    if (this.#isFreshSocketNeeded) {
      socket?.destroy()
      return
    }
    this.#socket = socket
    this.#bytesReadBefore = socket?.bytesRead ?? 0
  }

  /** Whether the call went to a socket that had served before, and not a byte came back. */
  isUnheard(): boolean {
    return this.#bytesReadBefore > 0 && this.#socket?.bytesRead === this.#bytesReadBefore
  }
}

/** A client of undici's that leads the `Trail` given as `opaque` to its socket. */
export class TrackedClient extends Client {
  readonly #current: { socket: Socket | undefined }

  constructor(origin: URL, options: Client.Options & { connect: buildConnector.connector }) {
    const current: { socket: Socket | undefined } = { socket: undefined }
    super(origin, {
      ...options,
      connect: (target, callback) => {
        options.connect(target, (...result) => {
          const [, socket] = result
          current.socket = socket ?? undefined
          socket?.once('close', () => {
            if (current.socket === socket) current.socket = undefined
          })
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
    if (opaque instanceof Trail) opaque.start(this.#current.socket)
    return super.dispatch(options, handler)
  }
}
