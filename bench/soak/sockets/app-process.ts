import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { createOrySession } from 'express-ory-session'
import { serve, settingsOfChild } from '../../child.js'
import { everyMs, instance } from './settings.js'

const { url } = settingsOfChild() as { url: string }
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const ory = createOrySession({ ...instance, url })
const guard = ory.guardUpgrade()
const webSockets = new WebSocketServer({ noServer: true })
const logout = ory.logout()
const requests: WeakRef<object>[] = []
const warnings: string[] = []
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`))

const server = createServer((request, response) => {
  logout(request, response, () => response.writeHead(404).end())
})
server.on('upgrade', (request, socket, head) => {
  requests.push(new WeakRef(request))
  guard(request, socket, head)
    .then((session) => {
      if (session === undefined) return
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('error', () => webSocket.terminate())
        const stop = ory.watch(request, {
          everyMs,
          onEnd: ({ status, code }) => webSocket.close(4_000 + status, code),
        })
        webSocket.once('close', stop)
      })
    })
    .catch((error: unknown) => warnings.push(String(error)))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

const tasks = {
  port: () => (server.address() as AddressInfo).port,
  invalidate: async (session: string) => ory.invalidate({ session }),
  /** What is still there after the last client has gone. */
  async remains() {
    for (let round = 0; round < 5; round += 1) {
      await sleep(20)
      collectGarbage()
    }
    const sockets = await new Promise<number>((resolve) =>
      server.getConnections((_error, count) => resolve(count)),
    )
    const held = requests.filter((ref) => ref.deref() !== undefined).length
    const { inFlight } = ory.stats()
    return { sockets, held, inFlight, handshakes: requests.length, warnings }
  },
  close: async () => ory.close(),
}

export type SocketAppTasks = typeof tasks

serve(tasks)
