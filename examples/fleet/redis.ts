import { createClient } from 'redis'
import { redisStore } from 'express-ory-session/redis'
import type { SessionStore } from 'express-ory-session'

export const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** A store over Redis, with a second connection that hears of revocations. */
export interface Connection {
  readonly store: SessionStore
  close(): void
}

/** Connects, and rejects if there is no Redis. */
export async function connectRedis(): Promise<Connection> {
  // Offline queue off: a command that waits for a server that is gone helps nobody.
  const redis = createClient({ url: redisUrl, disableOfflineQueue: true })
  const subscriber = redis.duplicate()
  for (const client of [redis, subscriber]) {
    // Without a listener, a lost connection would end the process. The client connects again by itself.
    client.on('error', (error: Error) => console.error(`Redis: ${error.name}`))
    await client.connect()
  }
  return {
    store: redisStore((args) => redis.sendCommand(args), {
      async listen(channel, onMessage) {
        await subscriber.subscribe(channel, onMessage)
        return () => subscriber.unsubscribe(channel, onMessage)
      },
    }),
    close() {
      redis.destroy()
      subscriber.destroy()
    },
  }
}

/** Whether there is a Redis, asked once, without the patience of a client that connects again. */
export async function isRedisThere(): Promise<boolean> {
  const client = createClient({ url: redisUrl, socket: { reconnectStrategy: false } })
  client.on('error', () => undefined)
  try {
    await client.connect()
    client.destroy()
    return true
  } catch {
    return false
  }
}
