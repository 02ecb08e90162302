import { startChild } from '../child.js'
import type { Findings, Part } from '../part.js'
import { median, medianRatio, quantile } from '../statistics.js'
import type { StubOryTasks } from '../stub-ory-process.js'
import { floorName } from './floors.js'
import { visitors } from './subject.js'
import type { GroupName, TimingSettings, TimingTasks } from './timing-process.js'

// Each in a process of its own, as an application has one instance, and compiled code is made for
// what has been called so far.
const runs: readonly {
  readonly title: string
  readonly group: GroupName
  readonly isExpress: boolean
}[] = [
  { title: 'stages', group: 'stages', isExpress: false },
  { title: 'hits', group: 'hits', isExpress: false },
  { title: 'behind Express', group: 'hits', isExpress: true },
  { title: 'denials', group: 'denials', isExpress: false },
]
const goals: Readonly<Record<string, string>> = {
  'credential, key, lookup': '≤ 1500 ns',
  'middleware, hit': '≤ 1.6 ×',
}

/** What one call costs, without a network: each stage of a hit, the whole of it, and denials. */
export const inProcess: Part = async ({ isShort }) => {
  const rounds = isShort ? 200 : 1_000
  const ory = await startChild<StubOryTasks>('./stub-ory-process.ts', 'ory')
  const rows: Findings['rows'][number][] = []
  try {
    for (const { title, group, isExpress } of runs) {
      const settings: TimingSettings = { group, isExpress, ory: await ory.ask('url') }
      const child = await startChild<TimingTasks>(
        './in-process/timing-process.ts',
        'server',
        settings,
      )
      const timings = new Map(await child.ask('run', rounds))
      await child.stop()
      const floor = timings.get(floorName)!
      for (const [name, timing] of timings) {
        rows.push({
          name: `${title}: ${name}`,
          values: [
            // The least but for flukes: what the code costs on a machine with nothing else to do.
            quantile(timing, 0.05),
            median(timing),
            medianRatio(timing, floor),
            goals[name] ?? '',
          ],
        })
      }
    }
  } finally {
    await ory.stop()
  }
  return {
    title: `In process: ${String(visitors)} visitors, ${String(rounds)} rounds`,
    columns: ['ns, least', 'ns, median', `× ${floorName}`, 'goal'],
    rows,
  }
}
