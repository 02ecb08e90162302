import { startChild } from '../child.js'
import { shuffle } from '../shuffle.js'
import { medianRatio, quantile } from '../statistics.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import { sessionCookie } from '../visitor.js'
import type { FleetClient } from './clients.js'
import { closeAll, createInstances } from './instances.js'

/** What one way to an answer takes. */
export interface Cost {
  readonly name: string
  readonly p50Us: number
  readonly cpuUs: number
  /** Beside a whoami call: medians over the rounds. */
  readonly p50Ratio: number
  readonly cpuRatio: number
}

export interface StoreHitSettings {
  readonly clients: readonly FleetClient[]
  readonly rounds: number
  /** How many questions are under way at the same time. */
  readonly atOnce: number
}

/** Questions of one way in a round, before it is another's turn. */
const perRound = 200
/** Rounds that do not count: until then, code is not compiled. */
const warmUps = 4

interface Way {
  readonly name: string
  ask(visitor: number): Promise<unknown>
  readonly p50s: number[]
  readonly cpus: number[]
}

/**
 * What an answer out of the store takes, beside one of Ory's and beside a bare GET of the same record by
 * the same client. Ory's stub and Redis are other processes. All ways take turns in one run.
 */
export async function measureStoreHit(settings: StoreHitSettings): Promise<readonly Cost[]> {
  const { clients, rounds, atOnce } = settings
  const sessions = (rounds + warmUps) * perRound
  const stub = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory', { sessions })
  const url = await stub.ask('url')
  // So long that even a busy machine reads all that it has written.
  const patient = { cacheTtlMs: 600_000, cacheMaxSessions: sessions, storeTimeoutMs: 5_000 }
  const stores = clients.map(({ store }) => store)
  const [plain, writer, ...readers] = createInstances(
    url,
    [undefined, stores[0], ...stores],
    patient,
  )
  const way = (name: string, ask: Way['ask']): Way => ({ name, ask, p50s: [], cpus: [] })
  // Made before a clock starts: to make a cookie takes as long as a bare GET.
  const cookies = Array.from({ length: sessions }, (_, visitor) => sessionCookie(visitor))
  const requestOf = (visitor: number) => ({ headers: { cookie: cookies[visitor] } })
  const names = await fill()

  /** Fills the store, and gives the names of the records in it. */
  async function fill(): Promise<readonly string[]> {
    for (let visitor = 0; visitor < sessions; visitor += 1) {
      await writer!.authenticate(requestOf(visitor))
    }
    const all = (await clients[0]!.send(['KEYS', 'eos1:*'])) as string[]
    return all.filter((name) => !name.startsWith('eos1:log:'))
  }

  const whoami = way('whoami', async (visitor) => plain!.authenticate(requestOf(visitor)))
  const ways = [
    whoami,
    ...clients.flatMap(({ name, send }, index) => [
      way(`hit, ${name}`, async (visitor) => readers[index]!.authenticate(requestOf(visitor))),
      way(`bare GET, ${name}`, async (visitor) => send(['GET', names[visitor]!])),
    ]),
  ]
  try {
    for (let round = 0; round < rounds + warmUps; round += 1) {
      for (const { ask, p50s, cpus } of shuffle(ways)) {
        const { p50Us, cpuUs } = await measure(round * perRound, atOnce, ask)
        if (round < warmUps) continue
        p50s.push(p50Us)
        cpus.push(cpuUs)
      }
    }
    for (const reader of readers) {
      const { hits } = reader.stats().store
      if (hits !== sessions) throw new Error(`${String(hits)} of ${String(sessions)} were hits`)
    }
    return ways.map(({ name, p50s, cpus }) => ({
      name,
      p50Us: quantile(p50s, 0.5),
      cpuUs: quantile(cpus, 0.5),
      p50Ratio: medianRatio(p50s, whoami.p50s),
      cpuRatio: medianRatio(cpus, whoami.cpus),
    }))
  } finally {
    await closeAll([plain!, writer!, ...readers])
    await stub.stop()
  }
}

async function measure(
  from: number,
  atOnce: number,
  ask: Way['ask'],
): Promise<{ p50Us: number; cpuUs: number }> {
  const times: number[] = []
  let next = from
  const asking = async (): Promise<void> => {
    while (next < from + perRound) {
      const visitor = next
      next += 1
      const startedAt = performance.now()
      await ask(visitor)
      times.push((performance.now() - startedAt) * 1_000)
    }
  }
  const start = process.cpuUsage()
  await Promise.all(Array.from({ length: atOnce }, asking))
  const { user, system } = process.cpuUsage(start)
  return { p50Us: quantile(times, 0.5), cpuUs: (user + system) / perRound }
}
