import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisServer } from '../../../test/support/redis-server.js'
import type { Random } from '../random.js'

/** When something was wrong with the store. */
export interface StoreWeather {
  /** Lets one fault come after the other, until it is over. Ends with a store that is well. */
  rage(isOver: () => boolean): Promise<void>
  /** Whether anything was wrong at a time between the two. */
  hadFault(from: number, to: number): boolean
  /** A call to Ory was late, because the machine is busy. */
  noteLate(): void
  /** Whether one was late, shortly enough before to have consequences. */
  wasLate(at: number): boolean
  readonly happened: Readonly<Record<string, number>>
}

/** Longest that calls which were late keep a circuit open, in milliseconds. */
const aftermathMs = 15_000
/** How long a fault lasts, and how long the store is well then, in milliseconds. */
const faultMs = 1_200
const [shortestCalmMs, longestCalmMs] = [500, 7_000]

export function createStoreWeather(redis: RedisServer, random: Random): StoreWeather {
  const happened: Record<string, number> = {}
  const faults: { readonly from: number; to: number }[] = []

  const kinds: Readonly<Record<string, () => Promise<unknown>>> = {
    async stop() {
      redis.freeze()
      await sleep(faultMs)
      redis.thaw()
    },
    async kill() {
      await redis.kill()
      await sleep(faultMs)
      await redis.start()
    },
    wipe: async () => redis.command('FLUSHALL'),
    'close connections': async () => redis.command('CLIENT', 'KILL', 'TYPE', 'normal'),
    async fill() {
      await redis.command('CONFIG', 'SET', 'maxmemory', '1')
      await sleep(faultMs)
      await redis.command('CONFIG', 'SET', 'maxmemory', '0')
    },
  }
  const names = Object.keys(kinds)
  let lateAt = -Infinity

  return {
    happened,
    async rage(isOver) {
      // Each kind comes in turn, so that a short run has seen most of them.
      for (let turn = random.below(names.length); !isOver(); turn += 1) {
        const name = names[turn % names.length]!
        const fault = { from: Date.now(), to: Infinity }
        faults.push(fault)
        happened[name] = (happened[name] ?? 0) + 1
        await kinds[name]!()
        fault.to = Date.now()
        const until = Date.now() + random.between(shortestCalmMs, longestCalmMs)
        while (!isOver() && Date.now() < until) await sleep(50)
      }
    },
    noteLate: () => void (lateAt = Date.now()),
    wasLate: (at) => at - lateAt < aftermathMs,
    hadFault: (from, to) => faults.some((fault) => fault.from <= to && fault.to >= from),
  }
}
