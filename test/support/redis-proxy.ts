import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** Stands between clients and a Redis, and spoils what passes. */
export interface RedisProxy {
  readonly port: number
  /** Every reply comes so much later, in milliseconds. */
  delay(ms: number): void
  /** From now on, every connection breaks in the middle of its next reply. */
  cut(): void
  close(): Promise<void>
}

export async function startRedisProxy(to: number): Promise<RedisProxy> {
  const sockets = new Set<Socket>()
  let delayMs = 0
  let isCutting = false

  const server = createServer((client) => {
    const redis = connect(to, '127.0.0.1')
    for (const socket of [client, redis]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        redis.destroy()
      })
    }
    client.on('data', (bytes) => redis.write(bytes))
    redis.on('data', (bytes) => {
      if (isCutting) {
        client.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => client.destroy())
      } else if (delayMs === 0) client.write(bytes)
      else setTimeout(() => client.write(bytes), delayMs).unref()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => void (delayMs = ms),
    cut: () => void (isCutting = true),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
