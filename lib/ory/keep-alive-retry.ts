import type { Socket } from 'node:net'

/** The socket of a client, and when it has served long enough, on the monotonic clock. */
export interface OpenSocket {
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
