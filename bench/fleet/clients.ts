import { Redis as IoRedis } from 'ioredis'
import { Redis as IoValkey } from 'iovalkey'
import { createClient } from 'redis'
import { redisStore } from 'express-ory-session/redis'
import type { SendCommand } from 'express-ory-session/redis'
import type { SessionStore } from 'express-ory-session'

/** A client, set up as docs/fleet.md says. */
export interface FleetClient {
  readonly name: string
  readonly send: SendCommand
  readonly store: SessionStore
  close(): void
}

/** One of each client that is worth a comparison. */
export async function connectClients(port: number): Promise<readonly FleetClient[]> {
  const piped = new IoRedis(port, { enableAutoPipelining: true, enableReadyCheck: false })
  const plain = new IoRedis(port, { enableReadyCheck: false })
  const valkey = new IoValkey(port, { enableReadyCheck: false })
  // Its time limit costs half of a command, and does nothing for one that was sent.
  const commandOptions = { timeout: 0 }
  const redis = createClient({ url: `redis://127.0.0.1:${String(port)}`, commandOptions })
  await redis.connect()
  const client = (name: string, send: SendCommand, close: () => void): FleetClient => ({
    name,
    send,
    store: redisStore(send),
    close,
  })
  return [
    client(
      'ioredis',
      ([name, ...args]) => plain.call(name, args),
      () => plain.disconnect(),
    ),
    client(
      'ioredis piped',
      ([name, ...args]) => piped.call(name, args),
      () => piped.disconnect(),
    ),
    client(
      'iovalkey',
      ([name, ...args]) => valkey.call(name, args),
      () => valkey.disconnect(),
    ),
    client(
      'node-redis',
      (args) => redis.sendCommand(args),
      () => redis.destroy(),
    ),
  ]
}
