import { Redis } from 'ioredis'
import { redisStore } from 'express-ory-session/redis'
import type { SessionStore } from 'express-ory-session'
import type { Part } from '../part.js'
import { startRedis } from '../../test/support/redis-server.js'
import { countFleetCalls } from './calls.js'
import { measureRevocations } from './revocations.js'
import { measureStoreHit } from './store-hit.js'

/** What a store saves and costs: four instances of one process on a Redis of their own. */
export const fleet: Part = async ({ isShort }) => {
  const redis = await startRedis()
  const clients: Redis[] = []
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
    const { hit, whoami } = await measureStoreHit(
      [storeOf(false), storeOf(false)],
      isShort ? 1_000 : 5_000,
    )
    const bell = await measureRevocations(four(true), isShort ? 30 : 300)
    const polled = await measureRevocations(four(false), isShort ? 30 : 300)
    const row = (name: string, ...values: (number | string)[]) => ({ name, values })
    return {
      title: 'A fleet of four on one Redis',
      columns: ['with a store', 'without', 'ratio'],
      rows: [
        row('calls to Ory', withStore, without, (withStore / without).toFixed(2)),
        row('p50 of a store hit, of whoami (µs)', ...pair(hit.p50Us, whoami.p50Us)),
        row('CPU of a store hit, of whoami with its stub (µs)', ...pair(hit.cpuUs, whoami.cpuUs)),
        row('revocation p50, p99 with the bell (ms)', bell.p50.toFixed(1), bell.p99.toFixed(1), ''),
        row('revocation p50, p99 by polls (ms)', polled.p50.toFixed(1), polled.p99.toFixed(1), ''),
        row('revocations missed', bell.missed + polled.missed, '', ''),
      ],
    }
  } finally {
    for (const client of clients) client.disconnect()
    await redis.close()
  }
}

function pair(one: number, other: number): string[] {
  return [one.toFixed(0), other.toFixed(0), (one / other).toFixed(2)]
}
