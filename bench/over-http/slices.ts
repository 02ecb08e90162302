import type { Child } from '../child.js'
import type { AppTasks } from './app-process.js'
import type { LoadTasks } from './load-process.js'

/** An application that is measured, and whom it is asked by. */
export interface Site {
  readonly name: string
  readonly app: Child<AppTasks>
  /** How many visitors there are; `0`: each request is by a stranger. */
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

/** Rounds before the first that counts: until then code is not compiled, nobody known, no memory full. */
const warmUpRounds = 6

/** Puts load on each application in turn, round after round, and adds what that shows to `slices`. */
export async function runSlices(
  sites: readonly Site[],
  load: Child<LoadTasks>,
  { rounds, requests }: { readonly rounds: number; readonly requests: number },
  slices: Slices,
): Promise<void> {
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    // There and back, so that over two rounds nobody comes first.
    for (const site of round % 2 === 0 ? sites : [...sites].reverse()) {
      const slice = await runSlice(site, load, requests)
      if (round >= 0) slices.get(site.name)!.push(slice)
    }
  }
}

async function runSlice(
  { name, app, visitors }: Site,
  load: Child<LoadTasks>,
  requests: number,
): Promise<Slice> {
  const port = await app.ask('port')
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
