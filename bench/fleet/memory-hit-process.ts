import { Redis } from 'ioredis'
import { createOrySession } from 'express-ory-session'
import type { OrySession } from 'express-ory-session'
import { redisStore } from 'express-ory-session/redis'
import { serve, settingsOfChild } from '../child.js'
import { createExchanges } from '../in-process/exchange.js'
import { runRounds } from '../in-process/rounds.js'
import { range, signedIn } from '../in-process/subject.js'
import type { Subject } from '../in-process/subject.js'
import { medianRatio } from '../statistics.js'
import { cookieHeader } from '../visitor.js'

export interface MemoryHitSettings {
  readonly ory: string
  readonly redisPort: number
}

const { ory: url, redisPort } = settingsOfChild() as MemoryHitSettings
const client = new Redis(redisPort)
const store = redisStore(([name, ...args]) => client.call(name, args))
const storeSecret = 'a secret of the benchmark, of 32 bytes and more'
const ttl = { url, cacheTtlMs: 3_600_000 }
const instances: Readonly<Record<string, OrySession>> = {
  without: createOrySession(ttl),
  again: createOrySession(ttl),
  with: createOrySession({ ...ttl, store, storeSecret, storeTimeoutMs: 5_000 }),
}

const tasks = {
  /** Requests per second with a store beside those without, and the same of two without: the noise. */
  async compare(rounds: number): Promise<{ readonly ratio: number; readonly noise: number }> {
    for (const ory of Object.values(instances)) {
      for (const visitor of range) {
        const { error } = await ory.authenticate({ headers: { cookie: cookieHeader(visitor) } })
        if (error) throw error
      }
    }
    const subjects = Object.entries(instances).map(([name, ory]): Subject => ({
      name,
      call: ory.requireSession(),
      requests: signedIn,
      isPassing: true,
    }))
    const timings = await runRounds(subjects, createExchanges(), rounds)
    const without = timings.get('without')!
    return {
      ratio: medianRatio(without, timings.get('with')!),
      noise: medianRatio(without, timings.get('again')!),
    }
  },
  async close() {
    for (const ory of Object.values(instances)) await ory.close()
    client.disconnect()
  },
}

export type MemoryHitTasks = typeof tasks

serve(tasks)
