import type { Duplex } from 'node:stream'

/**
 * Lets nobody write to a socket until the returned function is called. The one who does closes it, and
 * gets the error that `refuse` makes. `end` and `destroy` go on as ever.
 */
export function holdWrites(socket: Duplex, refuse: () => Error): () => void {
  const write: Duplex['write'] = Reflect.get(socket, 'write')
  const isOwn = Object.hasOwn(socket, 'write')
  let isHeld = true

  function heldWrite(this: Duplex, ...given: Parameters<Duplex['write']>): boolean {
    if (!isHeld) return write.apply(this, given)
    socket.destroy()
    throw refuse()
  }
  socket.write = heldWrite as Duplex['write']

  return () => {
    isHeld = false
    // Another may hold the socket as well, or have put its own function there. Then this one stays, and
    // passes everything on.
    if (socket.write !== heldWrite) return
    if (isOwn) socket.write = write
    else Reflect.deleteProperty(socket, 'write')
  }
}
