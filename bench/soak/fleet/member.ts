import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createOrySession } from 'express-ory-session'
import type { SessionInvalidateTarget } from 'express-ory-session'
import { redisStore } from 'express-ory-session/redis'
import { serve, settingsOfChild } from '../../child.js'

/** One process of the fleet: an instance without a server, on a Redis that it shares. */
const { url, port, cacheTtlMs } = settingsOfChild() as {
  url: string
  port: number
  cacheTtlMs: number
}

const troubles: string[] = []
process.on('unhandledRejection', (error) => troubles.push(`unhandled: ${String(error)}`))
process.on('warning', ({ name, message }) => troubles.push(`${name}: ${message}`))

const [client, subscriber] = [connect(), connect()]
const store = redisStore(([name, ...args]) => client.call(name, args), {
  async listen(channel, onMessage) {
    await subscriber.subscribe(channel)
    subscriber.on('message', onMessage)
    return async () => {
      subscriber.off('message', onMessage)
      await subscriber.unsubscribe(channel)
    }
  },
})
const storeSecret = 'a secret of the soak, of 32 bytes and more'
const ory = createOrySession({ url, store, storeSecret, cacheTtlMs, storePollMs: 50 })

function connect(): Redis {
  const redis = new Redis(port, {
    enableOfflineQueue: false,
    retryStrategy: () => 50,
    disconnectTimeout: 50,
  })
  redis.on('error', () => undefined)
  return redis
}

const tasks = {
  /** Whose session it is, or the code of the denial. */
  async ask(token: string) {
    const { error, session, servedFrom } = await ory.authenticate({
      headers: { 'x-session-token': token },
    })
    const reason = (error?.cause as { reason?: string } | undefined)?.reason
    return { session: session?.id, code: error?.code, reason, servedFrom }
  },
  /** Whether the store took it. */
  invalidate: (target: SessionInvalidateTarget) =>
    ory.invalidate(target).then(
      () => true,
      () => false,
    ),
  stats: () => ory.stats(),
  async close() {
    await ory.close()
    client.disconnect()
    subscriber.disconnect()
    // The clients' own timers end, so that those that are left are ours.
    await sleep(500)
  },
  remains: () => ({
    troubles,
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    inFlight: ory.stats().inFlight,
    entries: ory.stats().entries,
  }),
}

export type MemberTasks = typeof tasks

serve(tasks)
