import { Redis } from 'ioredis'
import { redisStore } from 'express-ory-session/redis'
import type { SessionStore } from 'express-ory-session'
import type { Part } from '../part.js'
import { startRedis } from '../../test/support/redis-server.js'
import { countFleetCalls } from './calls.js'
import { connectClients } from './clients.js'
import type { FleetClient } from './clients.js'
import { measureRevocations } from './revocations.js'
import { measureStoreHit } from './store-hit.js'
import type { Cost } from './store-hit.js'

/** What a store saves and costs: four instances of one process on a Redis of their own. */
export const fleet: Part = async ({ isShort }) => {
  const redis = await startRedis()
  const clients: Redis[] = []
  const named: FleetClient[] = []
  const connect = (): Redis => {
    const client = new Redis(redis.port, { enableReadyCheck: false })
    clients.push(client)
    return client
  }
  const storeOf = (hasBell: boolean): SessionStore => {
    const [client, subscriber] = [connect(), connect()]
    const listen = (channel: string, onMessage: () => void): (() => void) => {
      subscriber.on('message', onMessage)
      subscriber.subscribe(channel).catch(() => undefined)
      return () => void subscriber.off('message', onMessage)
    }
    return redisStore(([name, ...args]) => client.call(name, args), hasBell ? { listen } : {})
  }
  const four = (hasBell: boolean): SessionStore[] =>
    Array.from({ length: 4 }, () => storeOf(hasBell))
  try {
    const { without, withStore } = await countFleetCalls()
    named.push(...(await connectClients(redis.port)))
    const rounds = isShort ? 5 : 25
    const serial = await measureStoreHit({ clients: named, rounds, atOnce: 1 })
    await redis.command('FLUSHALL')
    const parallel = await measureStoreHit({ clients: named, rounds, atOnce: 20 })
    const bell = await measureRevocations(four(true), isShort ? 30 : 300)
    const polled = await measureRevocations(four(false), isShort ? 30 : 300)
    const row = (name: string, ...values: (number | string)[]) => ({ name, values })
    return {
      title: 'A fleet of four on one Redis',
      columns: ['with a store, or p50', 'without, or CPU', 'ratio'],
      rows: [
        row('calls to Ory', withStore, without, (withStore / without).toFixed(2)),
        ...serial.map((cost) => row(`p50, CPU of ${cost.name} (µs)`, ...costOf(cost))),
        ...parallel.map((cost) => row(`the same, 20 at once: ${cost.name}`, ...costOf(cost))),
        row('revocation p50, p99 with the bell (ms)', bell.p50.toFixed(1), bell.p99.toFixed(1), ''),
        row('revocation p50, p99 by polls (ms)', polled.p50.toFixed(1), polled.p99.toFixed(1), ''),
        row('revocations missed', bell.missed + polled.missed, '', ''),
      ],
    }
  } finally {
    for (const client of clients) client.disconnect()
    for (const client of named) client.close()
    await redis.close()
  }
}

/** The last are the ratios to whoami. */
function costOf({ p50Us, cpuUs, p50Ratio, cpuRatio }: Cost): string[] {
  return [p50Us.toFixed(0), cpuUs.toFixed(0), `${p50Ratio.toFixed(2)}, ${cpuRatio.toFixed(2)}`]
}
