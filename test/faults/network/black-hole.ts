import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** A port that lets every further SYN go unanswered. */
export interface BlackHole {
  /** Whether a connection that was tried before all others is still being tried. */
  readonly isDark: boolean
  close(): Promise<void>
}

// The thread stands still as soon as it listens, so that nobody accepts. The kernel completes one
// connection more than the backlog, and drops each SYN after that.
const listener = `
  const { createServer } = require('node:net')
  const { parentPort, workerData } = require('node:worker_threads')
  const server = createServer((socket) => socket.destroy())
  server.listen({ ...workerData.at, backlog: 1 }, () => {
    parentPort.postMessage('listening')
    Atomics.wait(workerData.gate, 0, 0)
    server.close()
  })
`

/**
 * Opens one beside a server that listens on another address of loopback, at the same port. It takes
 * Linux, where all of 127.0.0.0/8 is loopback.
 */
export async function openBlackHole(at: { host: string; port: number }): Promise<BlackHole> {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(listener, { eval: true, workerData: { at, gate } })
  await once(worker, 'message')
  const open = (): Socket => connect(at).on('error', () => undefined)
  const fillers = [open(), open()]
  await Promise.all(fillers.map((socket) => once(socket, 'connect')))
  const probe = open()

  return {
    get isDark() {
      return probe.connecting
    },
    async close() {
      for (const socket of [...fillers, probe]) socket.destroy()
      const ended = once(worker, 'exit')
      Atomics.store(gate, 0, 1)
      Atomics.notify(gate, 0)
      await ended
    },
  }
}
