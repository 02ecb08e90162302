import type { Socket } from 'node:net'

const dripMs = 300
/** Sixteen times what is read of a body: without end, as far as anybody can tell. */
const endlessBytes = 4 * 1024 * 1024

/** Writes a byte now and then, by timers that the test moves. */
export function drip(socket: Socket, bytes: Uint8Array): void {
  let at = 0
  const timer = setInterval(() => {
    socket.write(bytes.subarray(at, at + 1))
    at += 1
  }, dripMs)
  socket.once('close', () => clearInterval(timer))
}

/** Writes for as long as anybody reads. */
export function pour(socket: Socket, piece: string): void {
  while (!socket.destroyed && socket.bytesWritten < endlessBytes) {
    if (!socket.write(piece)) {
      socket.once('drain', () => pour(socket, piece))
      return
    }
  }
}
