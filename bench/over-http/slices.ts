import { shuffle } from '../shuffle.js'
import type { Child } from '../child.js'
import type { AppTasks } from './app-process.js'
import type { LoadTasks } from './load-process.js'

/** An application that is measured, and whom it is asked by. */
export interface Site {
  readonly name: string
  /** Its process, which may be that of others, too. */
  readonly app: Child<AppTasks>
  readonly port: number
  /** How many visitors there are; `0`: each request is by an unknown caller. */
  readonly visitors: number
}

/** What a slice of load showed of an application. */
export interface Slice {
  readonly requestsPerSecond: number
  /** Microseconds of the server process's CPU per request. */
  readonly cpuPerRequest: number
  readonly p99: number
}

/** Slices of each application, in the order of the rounds. */
export type Slices = ReadonlyMap<string, Slice[]>

/** How much load. */
export interface Plan {
  /** Rounds before the first that counts: until then code is not compiled, nobody known, no memory full. */
  readonly warmUpRounds: number
  readonly rounds: number
  /** Of each slice. */
  readonly requests: number
}

/** Puts load on each application in turn, round after round, and adds what that shows to `slices`. */
export async function runSlices(
  sites: readonly Site[],
  load: Child<LoadTasks>,
  { warmUpRounds, rounds, requests }: Plan,
  slices: Slices,
): Promise<void> {
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    // Nobody always follows the same neighbour.
    for (const site of shuffle(sites)) {
      const slice = await runSlice(site, load, requests)
      if (round >= 0) slices.get(site.name)!.push(slice)
    }
  }
}

async function runSlice(
  { name, app, port, visitors }: Site,
  load: Child<LoadTasks>,
  requests: number,
): Promise<Slice> {
  const before = await app.ask('cpu')
  const { seconds, latency, statuses } = await load.ask('all', { port, requests, visitors })
  const after = await app.ask('cpu')
  if (statuses['200'] !== requests) {
    throw new Error(`${name} answered ${JSON.stringify(statuses)}`)
  }
  return {
    requestsPerSecond: requests / seconds,
    cpuPerRequest: (after - before) / requests,
    p99: latency.p99,
  }
}
