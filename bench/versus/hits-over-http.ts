import { startChild } from '../child.js'
import type { AppSettings, AppTasks } from '../over-http/app-process.js'
import type { LoadTasks } from '../over-http/load-process.js'
import { runSlices } from '../over-http/slices.js'
import type { Plan, Slice, Slices } from '../over-http/slices.js'
import { visitors } from '../over-http/subject.js'
import { median } from '../statistics.js'
import type { StubOryTasks } from '../stub-ory-process.js'

/** What hits cost over HTTP in an application of each build, and in one without a guard. */
export interface HitsOverHttp<Name extends string> {
  /** Microseconds of CPU that a hit adds to a request, one number for each process. */
  readonly addedUs: Readonly<Record<Name, readonly number[]>>
  /** Requests per second beside the application without a guard. */
  readonly speed: Readonly<Record<Name, readonly number[]>>
}

const bare = 'no guard'

/**
 * All applications share a process, and take turns in small slices: no two processes are equally fast, by
 * more than a hit costs. Their order is drawn anew for each process.
 */
export async function measureHitsOverHttp<Name extends string>(
  builds: Readonly<Record<Name, string>>,
  processes: number,
  plan: Plan,
): Promise<HitsOverHttp<Name>> {
  const names = Object.keys(builds) as Name[]
  const listFor = (): Record<Name, number[]> =>
    Object.fromEntries(names.map((name) => [name, []])) as never
  const [addedUs, speed] = [listFor(), listFor()]
  for (let run = 0; run < processes; run += 1) {
    const slices = await runOnce(names, builds, plan)
    const base = slices.get(bare)!
    for (const name of names) {
      const own = slices.get(name)!
      const beside = (by: (one: Slice, other: Slice) => number): number =>
        median(own.map((slice, index) => by(slice, base[index]!)))
      addedUs[name].push(beside((one, other) => one.cpuPerRequest - other.cpuPerRequest))
      speed[name].push(beside((one, other) => one.requestsPerSecond / other.requestsPerSecond))
    }
  }
  return { addedUs, speed }
}

async function runOnce<Name extends string>(
  builtNames: readonly Name[],
  builds: Readonly<Record<Name, string>>,
  plan: Plan,
): Promise<Slices> {
  const ory = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory', { isCounting: false })
  const load = await startChild<LoadTasks>('./over-http/load-process.ts', 'load')
  const settings: AppSettings = {
    builds: [null, ...builtNames.map((name) => builds[name])],
    ory: await ory.ask('url'),
  }
  const app = await startChild<AppTasks>('./over-http/app-process.ts', 'server', settings)
  const names = [bare, ...builtNames]
  const slices: Slices = new Map(names.map((name) => [name, []]))
  try {
    const ports = await app.ask('ports')
    const sites = names.map((name, index) => ({ name, app, port: ports[index]!, visitors }))
    await runSlices(sites, load, plan, slices)
    return slices
  } finally {
    await Promise.all([app, load, ory].map((child) => child.stop()))
  }
}
